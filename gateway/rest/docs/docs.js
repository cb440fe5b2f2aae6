// Shows /openapi.json with the Swagger UI that is served beside this file.
//
// The document is OpenAPI 3.1 and this Swagger UI reads 3.0, so it is shown as that: the two differ
// here only in the version's name, in types that are lists, and in how bytes are told.

/** The document with every schema in the words of OpenAPI 3.0. */
function asOpenApi30(value) {
  if (Array.isArray(value)) return value.map(asOpenApi30);
  if (value === null || typeof value !== "object") return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asOpenApi30(each)]));
  if (Array.isArray(copy.type)) [copy.type] = copy.type;
  if (copy.contentEncoding === "base64") copy.format = "byte";
  if (copy.contentMediaType) copy.format = "binary";
  return copy;
}

async function show() {
  const document31 = await (await fetch("/openapi.json")).json();
  const spec = { ...asOpenApi30(document31), openapi: "3.0.3" };
  SwaggerUIBundle({ spec, dom_id: "#api", deepLinking: true, validatorUrl: null });
}

window.addEventListener("DOMContentLoaded", () => void show());
