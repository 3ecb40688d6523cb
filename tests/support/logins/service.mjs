// A login service for desks: OpenID Connect by oidc-provider, with device flow, rotated refresh tokens and tokens of RFC 9068.
import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { issuer, port, modules, life } = JSON.parse(process.env.VECGATE_LOGIN_SERVICE);
const { Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve("oidc-provider")));
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256" };
const groups = { alice: ["analysts"], bob: ["data-owners"] };
const client = (client_id) => ({
  client_id, application_type: "native", redirect_uris: ["http://127.0.0.1/back"], response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
  token_endpoint_auth_method: "none", id_token_signed_response_alg: "ES256",
});

const provider = new Provider(issuer, {
  clients: [client("vecgate-cli")],
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: { openid: ["sub", "preferred_username", "groups"], profile: [] },
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:vecgate",
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "openid", audience: "vecgate", accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } }),
    },
  },
  extraTokenClaims: (_ctx, token) => ({ groups: groups[token.accountId] }),
  interactions: { url: (_ctx, { uid }) => `/who/${uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  issueRefreshToken: async (_ctx, client, code) => client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
  ttl: { AccessToken: () => life, IdToken: 300, Grant: 3600, Interaction: 600, Session: 3600, DeviceCode: 600, RefreshToken: 3600 },
  findAccount: (_ctx, name) => Object.hasOwn(groups, name) && {
    accountId: name, claims: () => ({ sub: name, preferred_username: name, groups: groups[name] }),
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid offline_access");
    grant.addResourceScope("urn:vecgate", "openid");
    await grant.save();
    return grant;
  },
});

async function ask(request, response, uid) {
  let text = "";
  for await (const part of request) if ((text += part).length > 1000) break;
  const who = new URLSearchParams(text).get("who") ?? "";
  const no = { error: "access_denied", error_description: "not today" };
  await provider.interactionFinished(request, response, who === "nobody" ? no : { login: { accountId: who }, consent: {} });
}

const handle = provider.callback();
createServer((request, response) => {
  const found = /^\/who\/([\w-]{1,64})$/.exec(request.url);
  if (!found) return handle(request, response);
  if (request.method === "GET") return response.end("who?");
  ask(request, response, found[1]).catch((e) => { response.statusCode = 400; response.end(String(e)); });
}).listen(port, "127.0.0.1");
