/** How a model is called in answers. */
export const modelName = ({ name, version }: { readonly name: string; readonly version: string }) =>
  `${name}@${version}`;
