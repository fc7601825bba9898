// Asks a validator of another make whether a document is OpenAPI 3.1: validate.mjs DOCUMENT. Run where it is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const installed = createRequire(pathToFileURL(process.cwd() + "/"));
const { Validator } = await import(pathToFileURL(installed.resolve("@seriousme/openapi-schema-validator")));
const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(process.argv[2], "utf8")));
if (!result.valid) {
  console.error(JSON.stringify(result.errors, null, 2));
  process.exit(1);
}
console.log(`valid, OpenAPI ${validator.version}`);
