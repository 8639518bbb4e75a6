import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { holds, issueCertificate, type KeyPair, makeAuthority, renewedTerms } from "../../provider/tls/certificates";

describe("the certificates of a server", () => {
  const terms = { names: ["127.0.0.1", "pxe.example.com"], until: "2031-05-01" };
  let authority: KeyPair;
  let issued: KeyPair;
  before(async () => {
    authority = await makeAuthority("fcos-pxe test");
    issued = await issueCertificate(authority, terms);
  });

  /** What a client that trusts an authority makes of a server. */
  async function shakeHands(pair: KeyPair, trusted: KeyPair, servername?: string): Promise<string> {
    const server = createServer({ cert: pair.certificate, key: pair.key }, (socket) => socket.end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: "127.0.0.1", port, ca: trusted.certificate, servername });
    try {
      return await once(socket, "secureConnect").then(
        () => "trusted",
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
    } finally {
      socket.destroy();
      server.close();
    }
  }

  it("are trusted by who trusts the authority, by address and by name", async () => {
    assert.equal(await shakeHands(issued, authority), "trusted");
    assert.equal(await shakeHands(issued, authority, "pxe.example.com"), "trusted");
    assert.equal(await shakeHands(issued, authority, "other.example.com"), "ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("are not trusted with another authority of the same name, nor when they are over", async () => {
    const other = await makeAuthority("fcos-pxe test");
    assert.notEqual(await shakeHands(issued, other), "trusted");
    const expired = await issueCertificate(authority, { ...terms, until: "2021-01-01" });
    assert.equal(await shakeHands(expired, authority), "CERT_HAS_EXPIRED");
  });

  it("say what they are for", () => {
    const { subjectAltName, ca, validFrom, validTo, keyUsage } = new X509Certificate(issued.certificate);
    assert.deepEqual([subjectAltName, ca], ["IP Address:127.0.0.1, DNS:pxe.example.com", false]);
    assert.deepEqual(
      [new Date(validFrom), new Date(validTo)].map((date) => date.toISOString()),
      ["2020-01-01T00:00:00.000Z", "2031-05-01T23:59:59.000Z"],
    );
    assert.deepEqual(keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(new X509Certificate(authority.certificate).ca, true);
    assert.equal(createPrivateKey(authority.key).asymmetricKeyDetails?.modulusLength, 3072);
  });

  it("are told apart from what is not theirs", async () => {
    assert.equal(holds(issued, authority, terms), true);
    assert.equal(holds(issued, authority, { ...terms, until: "2031-05-02" }), false);
    assert.equal(holds(issued, authority, { ...terms, names: ["127.0.0.2"] }), false);
    assert.equal(holds(issued, await makeAuthority("fcos-pxe test"), terms), false);
    assert.equal(holds({ ...issued, key: authority.key }, authority, terms), false);
    assert.equal(holds({ ...issued, certificate: issued.certificate.slice(0, 500) }, authority, terms), false);
  });

  describe("are renewed", () => {
    const at = (date: string) => renewedTerms(terms.names, terms, new Date(date));
    it("when less than 30 days are left", () => {
      assert.deepEqual(at("2031-03-31T12:00:00Z"), terms);
      assert.deepEqual(at("2031-04-01T12:00:00Z"), { ...terms, until: "2033-04-01" });
      assert.deepEqual(at("2031-06-01T12:00:00Z"), { ...terms, until: "2033-06-01" });
    });
    it("for other names, and where there is none, or none that is known", () => {
      const now = new Date("2030-01-01T12:00:00Z");
      assert.deepEqual(renewedTerms(["10.0.0.1"], terms, now), { names: ["10.0.0.1"], until: "2032-01-01" });
      assert.equal(renewedTerms(terms.names, undefined, now).until, "2032-01-01");
      assert.equal(renewedTerms(terms.names, { ...terms, until: "missing" }, now).until, "2032-01-01");
    });
  });
});
