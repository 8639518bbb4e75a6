/** The type tokens of this package's dynamic resources: `pulumi-nodejs:dynamic/fcos-pxe:Machine` and so on. */
export const moduleName = "fcos-pxe";
export const typeToken = (type: string) => `pulumi-nodejs:dynamic/${moduleName}:${type}`;

/** Whether a value is a resource of that type, even one made by another copy of this package. */
export const isOfType = (value: unknown, type: string): boolean =>
  typeof value === "object" && value !== null && (value as { __pulumiType?: string }).__pulumiType === typeToken(type);
