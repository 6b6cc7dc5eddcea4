// What a page uses that a mail program does not take: errors as JSON. Usage: node doiuse.mjs FOLDER_WITH_NODE_MODULES PAGE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { doIUseEmail } = createRequire(`${process.argv[2]}/`)("@jsx-email/doiuse-email");
const emailClients = ["gmail.*", "outlook.*", "apple-mail.*"];
console.log(JSON.stringify(doIUseEmail(readFileSync(process.argv[3], "utf8"), { emailClients }).errors ?? []));
