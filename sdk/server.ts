import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "../provider/resources/bootServices";

/** What every resource needs of a PxeServer. */
export interface Server {
  readonly site: pulumi.Output<Site>;
}
