/** What an error of the file system means, in words that need no manual. */
const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file: a part of its path is no folder",
  EISDIR: "is a folder, not a file",
  EACCES: "this user may not use it",
  EPERM: "this user may not use it",
  EROFS: "its file system is read-only",
  ENOSPC: "no space is left on its file system",
};

/**
 * Why a file cannot be read or written.
 *
 * @param error what `node:fs` threw
 * @returns to be put after the file's name and a colon
 */
export function fileProblem(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? message;
}
