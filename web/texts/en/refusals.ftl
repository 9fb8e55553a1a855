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
