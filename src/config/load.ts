import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { fileProblem } from "../base/file-problem.js";
import { isLoopbackHost } from "../base/loopback.js";
import { type Config, configSchema } from "./schema.js";

/** One knob, flattened for printing, documentation and the environment. */
export interface Knob {
  readonly section: string;
  readonly name: string;
  readonly env: string;
  readonly unit: string;
  readonly doc: string;
  readonly limits: string;
  /** The limits as they complete "must be ...". */
  readonly rule: string;
  readonly byDefault: unknown;
  readonly secret: boolean;
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

type Layer = Record<string, Record<string, unknown>>;

export function listKnobs(): readonly Knob[] {
  const knobs: Knob[] = [];
  for (const [section, wrapped] of Object.entries(configSchema.shape)) {
    const object = wrapped.unwrap() as z.ZodObject;
    for (const [name, schema] of Object.entries(object.shape)) {
      const meta = schema.meta() as Record<string, unknown> | undefined;
      if (meta === undefined) throw new Error(`knob ${section}.${name} is not documented`);
      knobs.push({
        section,
        name,
        env: String(meta["env"]),
        unit: String(meta["unit"]),
        doc: String(meta["doc"]),
        limits: String(meta["limits"]),
        rule: String(meta["rule"]),
        byDefault: (schema as z.ZodType).parse(undefined),
        secret: meta["secret"] === true,
      });
    }
  }
  return knobs;
}

function readFileLayer(file: string): Layer {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read: ${fileProblem(error)}`]);
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new ConfigError([`${file}: is not YAML (${(error as Error).message})`]);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ConfigError([`${file}: must be a mapping of sections (server, store, vision, ...)`]);
  }
  return value as Layer;
}

function readEnvironmentLayer(env: NodeJS.ProcessEnv): { layer: Layer; strangers: string[] } {
  const layer: Layer = {};
  const known = new Set(["CORDON_CONFIG", "CORDON_ADDRESS", "CORDON_CLI_TOKEN_FILE"]);
  for (const knob of listKnobs()) {
    known.add(knob.env);
    const value = env[knob.env];
    if (value === undefined || value === "") continue;
    layer[knob.section] = { ...layer[knob.section], [knob.name]: value };
  }
  const strangers = Object.keys(env).filter((key) => key.startsWith("CORDON_") && !known.has(key));
  return { layer, strangers };
}

function merge(layers: readonly Layer[]): Layer {
  const merged: Layer = {};
  for (const layer of layers) {
    for (const [section, values] of Object.entries(layer)) {
      const isMapping = typeof values === "object" && values !== null && !Array.isArray(values);
      merged[section] = isMapping ? { ...merged[section], ...values } : (values as never);
    }
  }
  return merged;
}

/** Characters of a wrong value that a problem shows. */
const VALUE_CHARACTERS_SHOWN = 60;

/** What is wrong with a knob: by both its names, what it must be, and what it is. */
function problemsOf(merged: Layer): (issue: z.core.$ZodIssue) => readonly string[] {
  const knobs = new Map(listKnobs().map((knob) => [`${knob.section}.${knob.name}`, knob]));
  return (issue) => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      const prefix = path === "" ? "" : `${path}.`;
      const what = path === "" ? "section" : "knob";
      return issue.keys.map((key) => `${prefix}${key}: there is no such ${what}`);
    }
    const knob = knobs.get(path);
    if (knob === undefined) return [`${path || "the file"}: ${issue.message}`];
    const value = JSON.stringify(merged[knob.section]?.[knob.name]) ?? "nothing";
    const shown = knob.secret ? "something else" : value.slice(0, VALUE_CHARACTERS_SHOWN);
    return [`${path} (${knob.env}): must be ${knob.rule}, and is ${shown}`];
  };
}

/** Rules that concern more than one knob. */
function crossCheck(config: Config): string[] {
  const problems: string[] = [];
  const { server, decision, vault } = config;
  if ((server.tls_cert_file === "") !== (server.tls_key_file === "")) {
    problems.push("server.tls_cert_file and server.tls_key_file: set both or neither");
  }
  if (server.tls_client_ca_file !== "" && server.tls_cert_file === "") {
    problems.push("server.tls_client_ca_file: needs server.tls_cert_file too");
  }
  if (!isLoopbackHost(server.host)) {
    if (server.tls_cert_file === "") {
      problems.push(`server.host ${server.host} is not loopback: set server.tls_cert_file`);
    }
    if (server.token_file === "") {
      problems.push(`server.host ${server.host} is not loopback: set server.token_file`);
    }
  }
  if (decision.fpir_review < decision.fpir_target) {
    problems.push("decision.fpir_review: must not be below decision.fpir_target");
  }
  if (server.deadline_ms_default > server.deadline_ms_max) {
    problems.push("server.deadline_ms_default: must not exceed server.deadline_ms_max");
  }
  if (vault.provider === "transit") {
    for (const name of ["transit_address", "transit_token_file"] as const) {
      if (vault[name] === "") problems.push(`vault.${name}: vault.provider transit needs it`);
    }
  }
  return problems;
}

/**
 * The configuration: defaults, then the YAML file, then the environment, then `overrides`.
 * @throws ConfigError with every problem at once
 */
export function loadConfig(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly file?: string | undefined;
  readonly overrides?: Layer;
}): Config {
  const file = options.file ?? options.env["CORDON_CONFIG"];
  const { layer, strangers } = readEnvironmentLayer(options.env);
  const layers = [file ? readFileLayer(file) : {}, layer, options.overrides ?? {}];
  const problems = strangers.map((name) => `${name}: no knob has this environment name`);
  const merged = merge(layers);
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) {
    throw new ConfigError([...problems, ...parsed.error.issues.flatMap(problemsOf(merged))]);
  }
  problems.push(...crossCheck(parsed.data));
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

/** The configuration as it may be printed or logged: secrets are masked. */
export function maskConfig(config: Config): Layer {
  const masked: Layer = {};
  for (const knob of listKnobs()) {
    const section = config[knob.section as keyof Config] as Record<string, unknown>;
    const value = knob.secret && section[knob.name] !== "" ? "***" : section[knob.name];
    masked[knob.section] = { ...masked[knob.section], [knob.name]: value };
  }
  return masked;
}
