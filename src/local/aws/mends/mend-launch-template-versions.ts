/**
 * moto puts the tags of a launch template itself into the data of its first version, where AWS takes none for that resource type; a
 * second plan would want to remove them. Takes them out of a DescribeLaunchTemplateVersions answer.
 */
export function mendLaunchTemplateVersions(answer: string): string {
  return answer.replace(
    /<item>\s*<resourceType>launch-template<\/resourceType>\s*(?:<tagSet\s*\/>|<tagSet>(?:(?!<\/tagSet>)[\s\S])*<\/tagSet>)\s*<\/item>/g,
    '',
  )
}
