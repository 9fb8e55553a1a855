# Refusals: what happened, and what to do about it.

refusal-what-authentication = A connection showed a wrong or ended passcode.
refusal-what-permission = A client used a topic that its credential may not use.
refusal-what-message-size = A message was larger than your plan allows.
refusal-what-connections = There were more connections than your plan allows.
refusal-what-subscriptions = A client subscribed to more topics than your plan allows.
refusal-what-retained-bytes = There was no room for a further retained message.
refusal-what-message-rate = Messages came faster than your plan allows.
refusal-what-messages-per-day = More messages came today than your plan allows.
refusal-what-houses = There was no room for a further house.
refusal-what-members = There was no room for a further member.
refusal-what-credentials = There was no room for a further credential.
refusal-what-sensors = There was no room for a further sensor.
refusal-what-rules = There was no room for a further rule.
refusal-what-history-bytes = There was no room for further history.
refusal-what-protocol = A client broke the rules of MQTT and was disconnected.
refusal-what-standing = The account does not allow this at the moment.
refusal-what-unavailable = The service could not take a message.

# The same words as in model::RefusalReason::remedy: the API says them too.
refusal-remedy-authentication = Check the house id and the passcode on the device, or make a new credential on the Connect page.
refusal-remedy-permission = The credential may only use topics of its own house and what its role allows. Check the topic, or use a credential with another role.
refusal-remedy-message-size = Send smaller messages (images: reduce the resolution) or choose a larger plan.
refusal-remedy-connections = Stop packages you do not need, look for one that reconnects in a loop, or choose a larger plan.
refusal-remedy-subscriptions = Use wildcard filters instead of one filter per sensor, or choose a larger plan.
refusal-remedy-retained-bytes = Clear retained messages you do not need (publish an empty retained message), or choose a larger plan.
refusal-remedy-message-rate = Let the device send less often or only changes, or choose a larger plan. Nothing to do for a single burst.
refusal-remedy-messages-per-day = Live values keep flowing; keeping them begins again at midnight UTC. Send less often, or choose a larger plan.
refusal-remedy-houses = Delete a house you do not need, or choose a larger plan.
refusal-remedy-members = Remove somebody or take an invitation back, or choose a larger plan.
refusal-remedy-credentials = Revoke a credential that nothing uses any more.
refusal-remedy-sensors = Delete sensors you do not need, or choose a larger plan.
refusal-remedy-rules = Delete rules you do not need, or choose a larger plan.
refusal-remedy-history-bytes = Keep fewer values (retention of the sensor) or no images, or choose a larger plan.
refusal-remedy-protocol = The client broke the MQTT specification. Update it; its log names the packet.
refusal-remedy-standing = The owner of the account finds the reason and what to do in the portal.
refusal-remedy-unavailable = Nothing to do: the service keeps trying. The operator has been told.

refusals-title = Why was I stopped?
refusals-crumb = Refusals
refusals-none = Nothing was stopped
refusals-none-why = When a message, a connection or a topic is refused, this page says which limit it was, what was allowed, what was seen, and what to do.
refusals-over = Over
refusals-needs-you = Needs you
refusals-clears = Clears by itself
refusals-limit = Limit
refusals-limit-within = { $limit } in { $window }
refusals-allowed = Allowed
refusals-seen = Seen
refusals-about = About
refusals-since = Since
refusals-until = Until
refusals-until-acted = somebody acts
refusals-older = Older ones
refusals-unknown-client = an unknown client
refusals-times =
    { $count ->
        [1] once
        [2] twice
       *[other] { $count } times
    }

refusal-told-authentication = { $client } was turned away at { $time }: it showed a wrong or ended passcode.
refusal-told-permission = { $client } was refused at { $time }: its credential may not use { $subject }.
refusal-told-message-size = { $client } sent a message of { $seen } at { $time }; your plan allows { $allowed }. It was not passed on.
refusal-told-connections = { $client } was turned away at { $time }: it would have been connection { $seen }; your plan allows { $allowed } at one time.
refusal-told-subscriptions = { $client } was refused a subscription at { $time }: it would have had { $seen }; your plan allows { $allowed } per connection.
refusal-told-retained-bytes = A message of { $client } was not kept for later at { $time }: the house would have kept { $seen }; your plan allows { $allowed }.
refusal-told-message-rate = { $client } was slowed at { $time }. It sent { $seen } messages in { $window }; your plan allows { $allowed }. Nothing was lost.
refusal-told-messages-per-day = { $client } sent on at { $time } when the day was used up: { $seen } messages; your plan allows { $allowed }. Live values keep flowing, new ones are not kept until the day ends.
refusal-told-houses = { $client } could not add the house “{ $subject }” at { $time }: { $seen } of { $allowed } are in use.
refusal-told-members = { $client } could not invite one more person at { $time }: { $seen } of { $allowed } places are taken, open invitations counted.
refusal-told-credentials = { $client } could not make the credential “{ $subject }” at { $time }: { $seen } of { $allowed } are in use.
refusal-told-sensors = { $client } could not add the sensor { $subject } at { $time }: { $seen } of { $allowed } are in use.
refusal-told-rules = { $client } could not add the rule { $subject } at { $time }: { $seen } of { $allowed } are in use.
refusal-told-history-bytes = Values were not kept any more at { $time }: the house has { $seen } of history; your plan allows { $allowed }.
refusal-told-protocol = { $client } was disconnected at { $time }: it broke the rules of MQTT.
refusal-told-standing = { $client } was refused at { $time }: the account does not allow this at the moment.
refusal-told-unavailable = { $client } was not served at { $time }: the service could not take what it sent.

refusal-short-authentication = Passcode
refusal-short-permission = Permission
refusal-short-message-size = Size of a message
refusal-short-connections = Connections
refusal-short-subscriptions = Subscriptions
refusal-short-retained-bytes = Retained messages
refusal-short-message-rate = Messages per second
refusal-short-messages-per-day = Messages per day
refusal-short-houses = Houses
refusal-short-members = Members
refusal-short-credentials = Credentials
refusal-short-sensors = Sensors
refusal-short-rules = Rules
refusal-short-history-bytes = Stored history
refusal-short-protocol = Rules of MQTT
refusal-short-standing = Standing of the account
refusal-short-unavailable = Service not available

refusals-choose = Choose
refusals-reason = Reason
refusals-any = all
refusals-client = Client or person
refusals-show = Show
refusals-clear = Show all
refusals-none-chosen = Nothing of that kind was stopped
refusals-house = House
