import type { Site } from "../hosts/site";
import type { CheckFailure } from "../inputs";
import type { Customization } from "./customization";
import type { GivenArtifacts } from "./given";
import type { Terms } from "./mirror";
import type { Wanted } from "./resolve";

/** What a FcosRelease is declared with. */
export interface Arguments extends Terms, Wanted {
  readonly site: Site;
  /** In the place of a stream. */
  readonly artifacts?: GivenArtifacts;
  readonly customize?: Customization;
  readonly keep?: number;
}

const fileSchema = {
  type: "object",
  properties: {
    location: { type: "string", format: "artifactLocation" },
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
    signature: { type: "string" },
  },
  required: ["location"],
  additionalProperties: false,
};

export const schema = {
  type: "object",
  properties: {
    site: { type: "object" },
    stream: { type: "string" },
    architecture: { type: "string", enum: ["x86_64", "aarch64", "ppc64le", "s390x"] },
    metadataUrl: { type: "string", pattern: "^(https?|file)://" },
    version: { type: "string", pattern: "^[\\w.+-]{1,64}$" },
    hold: { type: "boolean" },
    minimumAge: { type: "string", format: "duration" },
    trustedKeys: { type: "array", items: { type: "string" } },
    mirrorUrls: { type: "array", items: { type: "string", pattern: "^(https?://|file:///)[^\\s\"']+$" } },
    artifacts: {
      type: "object",
      properties: { kernel: fileSchema, initramfs: fileSchema, rootfs: fileSchema },
      required: ["kernel", "initramfs"],
      additionalProperties: false,
    },
    customize: {
      type: "object",
      properties: {
        certificateAuthorities: { type: "array", items: { type: "string", pattern: "-----BEGIN CERTIFICATE-----" } },
        networkKeyfiles: {
          type: "object",
          propertyNames: { pattern: "^[\\w.-]{1,200}\\.nmconnection$" },
          additionalProperties: { type: "string" },
        },
        kernelArguments: { type: "array", items: { type: "string", format: "kernelArgument" } },
      },
      additionalProperties: false,
    },
    keep: { type: "integer", minimum: 0, maximum: 100 },
    verification: { type: "string", enum: ["sha256"] },
  },
  required: ["site"],
  additionalProperties: false,
};

/** What only a stream can follow. */
export const contradictions = (news: Arguments): CheckFailure[] =>
  (["metadataUrl", "hold", "minimumAge"] as const)
    .filter((property) => news[property] !== undefined)
    .map((property) => ({ property, reason: `${property} must not be given with artifacts, which follow no stream` }));
