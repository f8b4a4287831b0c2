/** A Markdown table, padded so that it also reads well as plain text. First column left-aligned. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [header, ...rows].map((row) =>
    header.map((_, column) => (row[column] ?? "").replaceAll("|", "\\|")),
  );
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((row) => [...(row[column] ?? "")].length)),
  );
  const lines = cells.map((row) => {
    const padded = row.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0));
    return `| ${padded.join(" | ")} |`;
  });
  const rules = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  lines.splice(1, 0, `| ${rules.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

function pad(cell: string, width: number, left: boolean): string {
  const space = " ".repeat(Math.max(0, width - [...cell].length));
  return left ? cell + space : space + cell;
}
