# Quotas: what they are called. The same words as in model::quotas.

quota-houses = Houses
quota-members = Members
quota-connections-per-house = Connections per house
quota-messages-per-second = Messages per second
quota-messages-burst = Messages at once
quota-messages-per-day = Messages per day
quota-message-bytes = Largest message
quota-retained-bytes = Retained messages
quota-subscriptions-per-connection = Subscriptions per connection
quota-offline-messages = Waiting messages per client
quota-offline-bytes = Waiting bytes per client
quota-sensors-per-house = Sensors per house
quota-rules-per-house = Rules per house
quota-history-days = History kept
quota-history-bytes = History stored per house
quota-notifications-per-day = Notifications per day
