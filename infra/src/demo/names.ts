import type { LocalText } from "@penlight/proto";

/**
 * Invented names for the demo class: short and long, common and rare, with hanzi outside the usual fonts' first
 * thousands, so that a board that shows them all shows any class.
 */
export const DEMO_NAMES: readonly LocalText[] = (
  [
    ["陈思远", "Amelia Carter"],
    ["李雨桐", "Noah Bennett"],
    ["王梓涵", "Priya Raman"],
    ["张浩然", "Oliver Hughes"],
    ["刘一诺", "Sofia Marchetti"],
    ["杨沐宸", "Ethan Brooks"],
    ["赵芷若", "Aisha Rahman"],
    ["黄俊熙", "Lucas Meyer"],
    ["周子墨", "Grace O’Connell"],
    ["吴欣怡", "Daniel Okafor"],
    ["徐若曦", "Mia Johansson"],
    ["孙奕辰", "Leo Fitzgerald"],
    ["马天翊", "Zara Siddiqui"],
    ["朱语嫣", "Henry Watts"],
    ["胡昊天", "Chloe Dubois"],
    ["欧阳靖萱", "Bartholomew Featherstonehaugh"],
    ["郭婧琪", "Samuel Lindqvist"],
    ["何煜城", "Ruby Patel"],
    ["高馨予", "Jack Sullivan"],
    ["林晏如", "Hana Kobayashi"],
    ["罗喆轩", "Ella Thompson"],
    ["梁芮溪", "Mateo García Hernández"],
    ["宋祎宁", "Freya Sørensen"],
    ["郑瑾瑜", "Isaac Cohen"],
    ["谢旻昊", "Lily Whitaker"],
    ["韩翀", "Bo Li"],
    ["唐堃", "Maximilian von Hohenberg"],
    ["冯淼", "Ava Kowalczyk"],
    ["于骁", "Thomas Nkemelu"],
    ["董彧", "Isla Macdonald"],
    ["萧垚", "Yusuf Demir"],
    ["程璟雯", "Charlotte Price"],
    ["曹皓轩", "Finn Gallagher"],
    ["袁钰涵", "Nadia Petrova"],
    ["邓犇", "Oscar Wilkinson"],
    ["许玥彤", "Beatrice Adeyemi"],
    ["傅麒皓", "Jonah Fischer"],
    ["沈䶮", "Anneliese Schwarzenberger"],
    ["曾㛃", "Eve Ng"],
    ["彭鑫淼", "Rohan Mehta"],
    ["吕晞", "Sienna Rossi"],
    ["苏黎", "Caleb Anderson"],
    ["卢𬀩", "Ingrid Halvorsen"],
    ["蒋依诺", "Dylan Murphy"],
    ["蔡承佑", "Fatima El-Sayed"],
    ["贾昕妍", "George Papadopoulos"],
    ["丁禹赫", "Alice Chen"],
    ["魏嘉懿", "William Osei"],
    ["薛亦舒", "Marta Nowak"],
    ["叶知秋", "Hugo Lefèvre"],
    ["阎瑞霖", "Poppy Richardson"],
    ["余笙", "Tariq Aziz"],
    ["潘雅雯", "Elena Popescu"],
    ["杜衡", "Miles Harrington"],
    ["戴安琪", "Saoirse Byrne"],
    ["夏沐阳", "Kwame Mensah"],
    ["钟灵", "Olivia Grant"],
    ["汪睿", "Viktor Novák"],
    ["田恬", "Abigail Stone"],
    ["任翼飞", "Christopher Montgomery-Ashworth"],
  ] as const
).map(([zh, en]) => ({ zh, en }));

/** Name of the `index`-th student of a class of any size: a number follows when the list begins anew. */
export function demoNameOf(index: number): LocalText {
  const name = DEMO_NAMES[index % DEMO_NAMES.length] as LocalText;
  const round = Math.floor(index / DEMO_NAMES.length);
  return round === 0 ? name : { zh: `${name.zh}${round + 1}`, en: `${name.en} ${round + 1}` };
}
