// The demo's login service: OpenID Connect by oidc-provider, for the demo's people. Whoever comes says who they are: a demo.
import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Provider, interactionPolicy } from "oidc-provider";

const { issuer, port, client, back, people } = JSON.parse(process.env.VECGATE_DEMO_LOGIN);
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256" };

// One is asked at each login, so that one browser can be two people after another.
const policy = interactionPolicy.base();
policy.get("login").checks.add(
  new interactionPolicy.Check("asked_each_time", "one is asked who one is", "login_required", (ctx) =>
    ctx.oidc.result?.login ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT),
);

const provider = new Provider(issuer, {
  clients: [{
    client_id: client, redirect_uris: [back], response_types: ["code"], grant_types: ["authorization_code"],
    token_endpoint_auth_method: "none", id_token_signed_response_alg: "ES256",
  }],
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  conformIdTokenClaims: false, // the console hands the ID token to the gateway, which reads groups in it
  features: { devInteractions: { enabled: false } },
  interactions: { policy, url: (_ctx, { uid }) => `/who/${uid}` },
  pkce: { required: () => true },
  ttl: { AccessToken: 3600, IdToken: 3600, Grant: 3600, Interaction: 600, Session: 3600 },
  findAccount: (_ctx, name) => Object.hasOwn(people, name) && {
    accountId: name, claims: () => ({ sub: name, preferred_username: name, groups: [people[name]] }),
  },
  // Nobody is asked whether the console may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: client, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

const page = (uid) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Who are you?</title><h1>Who are you?</h1><p>A demo: there are no passwords.</p>
<form method="post" action="/who/${uid}">${Object.entries(people)
  .map(([name, group]) => `<p><button name="who" value="${name}">${name}, of ${group}</button></p>`).join("")}</form></html>`;

async function ask(request, response, uid) {
  if (request.method === "GET") {
    await provider.interactionDetails(request, response);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(uid));
    return;
  }
  let text = "";
  for await (const part of request) if ((text += part).length > 1000) break;
  const who = new URLSearchParams(text).get("who") ?? "";
  if (!Object.hasOwn(people, who)) throw new Error("nobody");
  await provider.interactionFinished(request, response, { login: { accountId: who } });
}

const handle = provider.callback();
createServer((request, response) => {
  const found = /^\/who\/([\w-]{1,64})$/.exec(request.url);
  if (!found) return handle(request, response);
  ask(request, response, found[1]).catch(() => { response.statusCode = 400; response.end("That login was not begun here.\n"); });
}).listen(port, "127.0.0.1");
