import { main } from "./main";
import { pulumi } from "./quickstart";
import { setUp } from "./setup";

main(async () => {
  await setUp();
  return pulumi(...process.argv.slice(2));
});
