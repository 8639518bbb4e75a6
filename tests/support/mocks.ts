import * as pulumi from "@pulumi/pulumi";
import * as bootServices from "../../provider/resources/bootServices";

/** What a program declared, in the order in which the engine would have been told. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/**
 * Runs a program up to the border of the plugins, which are not there: BootServices answers as its own check does, what
 * other packages' resources would compute is made up here. Those of type "test:…" take so many milliseconds.
 */
export async function declaredBy(program: () => pulumi.Output<unknown>, milliseconds = 0): Promise<Declared[]> {
  const declared: Declared[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        await new Promise((resolve) => setTimeout(resolve, type.startsWith("test:") ? milliseconds : 0));
        declared.push({ type, name, inputs });
        const state = type.endsWith(":BootServices") ? await checked(inputs) : { imageId: "sha256:image", stdout: "" };
        return { id: `${name}-id`, state: { ...inputs, ...state } };
      },
      call: async () => ({}),
    },
    "project",
    "stack",
  );
  await new Promise((resolve) => program().apply(resolve));
  return declared;
}

async function checked({ __provider, ...inputs }: Record<string, unknown>) {
  const result = await bootServices.check({}, inputs as never);
  if (result.failures?.length) throw new Error(JSON.stringify(result.failures));
  return result.inputs;
}
