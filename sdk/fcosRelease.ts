import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, isOfType, typeToken } from "./dynamicResource";
import { type Servers, siteOf } from "./server";

export interface FcosReleaseArgs {
  readonly server: Servers;
  /**
   * The stream that is followed: "stable", "testing", "next", or one of the development streams.
   * @default "stable"
   */
  readonly stream?: pulumi.Input<string>;
  /** @default "x86_64" */
  readonly architecture?: pulumi.Input<"x86_64" | "aarch64" | "ppc64le" | "s390x">;
  /**
   * Pins the release: "43.20261101.3.0". Going back is a changed pin, nothing more. A version that its stream doesn't list any
   * more comes from the release index, which Fedora keeps but promises nothing about; one that is mirrored already needs neither.
   */
  readonly version?: pulumi.Input<string>;
  /** Stays at the release of the last `up`, whatever the stream lists meanwhile. */
  readonly hold?: pulumi.Input<boolean>;
  /**
   * How long a release must have been out, like "72h" or "7d", before it is followed: a stream lists a release when its rollout
   * begins. Until then the newest that is old enough is taken.
   */
  readonly minimumAge?: pulumi.Input<string>;
  /**
   * Stream metadata from elsewhere: an http:, https: or file: URL, like what `openshift-install coreos print-stream-json` prints
   * for RHCOS. Default: Fedora's, of that stream.
   */
  readonly metadataUrl?: pulumi.Input<string>;
  /**
   * Armored OpenPGP public keys whose signatures count in addition to Fedora's, which are part of this package: each of those
   * counts for the major version that it is made for.
   */
  readonly trustedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Where files are fetched first, tried in this order before the publisher's own server: http: or https: URLs, below which
   * lie the same paths. They need not be trusted, since everything is verified.
   */
  readonly mirrorUrls?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * "sha256": for publishers that sign nothing (RHCOS): what the metadata says is believed, and a warning says so.
   * Default: each file's detached OpenPGP signature by a trusted key, and the sha256 of the metadata.
   */
  readonly verification?: pulumi.Input<"sha256">;
}

/** A release of a stream: its kernel, initramfs and rootfs, verified and mirrored on a server. */
export class FcosRelease extends DynamicResource {
  static readonly __pulumiType = typeToken("FcosRelease");

  /** "<stream> <version> <architecture> sha256:<digest>": what a Machine takes. Known in the preview. */
  declare readonly ref: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, args: FcosReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, ...rest } = args;
    const props = { ...rest, site: siteOf(server), ref: undefined, version: undefined };
    super("FcosRelease", "fcosRelease", name, props, opts);
  }

  static override isInstance(value: unknown): value is FcosRelease {
    return isOfType(value, "FcosRelease");
  }
}
