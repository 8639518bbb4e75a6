import * as pulumi from "@pulumi/pulumi";

/**
 * The strings inside a resource's arguments that are Pulumi secrets; itself a secret where there are any. Providers of this
 * kind are given plain values, so what must not be shown has to be told apart here.
 */
export function secretsIn(args: object): pulumi.Output<string[]> {
  const found = outputsIn(args).map((output) =>
    pulumi.output(pulumi.isSecret(output)).apply((isSecret) => (isSecret ? output.apply(stringsIn) : [])),
  );
  return pulumi.all(found).apply((lists) => lists.flat());
}

function outputsIn(value: unknown): pulumi.Output<unknown>[] {
  if (pulumi.Output.isInstance(value)) return [value];
  if (value === null || typeof value !== "object" || pulumi.Resource.isInstance(value)) return [];
  return Object.values(value).flatMap(outputsIn);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(stringsIn);
}
