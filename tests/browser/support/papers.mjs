// What stands in a PDF.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Its words, as they are read from the file. */
export function textOf(pdf) {
  const folder = mkdtempSync(join(tmpdir(), "wakala-pdf-"));
  try {
    const file = join(folder, "document.pdf");
    writeFileSync(file, pdf);
    return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The code by which anybody can verify the document. */
export const verificationCode = (pdf) => /verification code ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})/.exec(textOf(pdf))[1];
