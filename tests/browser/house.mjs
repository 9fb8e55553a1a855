// A module of a house, by a real MQTT client.

import mqtt from "mqtt";

import { until } from "./wait.mjs";

/** Connects `name` (`scope/name`) to the gateway with protocol v2. */
export async function connectModule(service, house, passcode, name) {
  const client = await mqtt.connectAsync(`mqtt://${service.mqtt}`, {
    username: house,
    password: passcode,
    clientId: `egeoffrey-${house}-${name.replace("/", "-")}`,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const topic = (rest) => `egeoffrey/v2/${house}/${rest}`;
  const heard = [];
  client.on("message", (on, payload) => heard.push({ topic: on, payload: payload.toString() }));
  await client.subscribeAsync(topic(`+/+/${name}/+/#`), { qos: 2 });
  await client.subscribeAsync(topic("controller/config/*/*/CONF/1/sensors/#"), { qos: 2 });
  let requests = 0;

  const send = (to, command, data) => {
    requests += 1;
    return client.publishAsync(topic(`${name}/${to}/${command}`), JSON.stringify({ request_id: requests, data }), { qos: 2 });
  };
  const heardOn = (rest) =>
    until(`a message on ${rest}`, () => {
      const at = heard.findIndex((message) => message.topic === topic(rest));
      return at < 0 ? null : JSON.parse(heard.splice(at, 1)[0].payload || "null");
    });
  return {
    send,
    heardOn,
    report: (sensor, value) => send("controller/hub", `IN/${sensor}`, { value }),
    async addSensor(id, configuration) {
      await send("controller/config", `SAVE/1/sensors/${id}`, configuration);
      await heardOn(`controller/config/*/*/CONF/1/sensors/${id}`);
    },
    end: () => client.endAsync(true),
  };
}

/** Knocks with a wrong passcode; resolves when it was refused. */
export async function knock(service, house) {
  try {
    const client = await mqtt.connectAsync(`mqtt://${service.mqtt}`, {
      username: house,
      password: "not the passcode",
      clientId: "service/forgotten",
      reconnectPeriod: 0,
    });
    await client.endAsync(true);
  } catch {
    return;
  }
  throw new Error("a wrong passcode got in");
}
