import type { Admin, ITopicConfig } from "kafkajs";
import { eventually } from "../e2e/penlight-process.ts";

/**
 * Makes a topic by hand and resolves when every partition has a leader. kafkajs's own waiting gives up with an error when
 * the broker that it asks has not heard of the topic yet.
 */
export async function makeTopic(admin: Admin, config: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [config], waitForLeaders: false });
  await eventually(`topic ${config.topic} is there`, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [config.topic] });
    const partitions = topics[0]?.partitions ?? [];
    return partitions.length === config.numPartitions && partitions.every(({ leader }) => leader >= 0);
  });
}
