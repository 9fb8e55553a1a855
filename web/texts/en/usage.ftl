# Use beside quotas, notices, and what to do.

usage-title = Usage
usage-of = { $used } of { $allowed }
usage-unlimited = { $used }, no limit
usage-unknown = not known yet; up to { $allowed }
usage-today = { $used } of { $allowed } messages today
usage-today-unlimited = { $used } messages today, no limit
usage-resets = resets at { $time } ({ $zone })
usage-fullest = fullest house: { $house }
usage-exception = instead of { $plan } by the plan
usage-exception-until = instead of { $plan } by the plan, until { $time }
usage-plan = Plan { $plan }
usage-quotas = What your plan gives, and what you use
usage-quotas-none = Nothing is counted yet.
usage-messages = Messages per day
usage-hours = Messages per hour, last 48 hours
usage-month = { $count } messages this month
usage-as-table = As a table
usage-day = Day (UTC)
usage-hour = Hour (UTC)
usage-sent = Messages
usage-bytes = Data
usage-most = highest: { $count }
usage-bar = { $day }: { $count } messages
usage-stopped = Stopped in the last 24 hours
usage-stopped-none = Nothing was stopped in the last 24 hours.
usage-stopped-all = All refusals
usage-newest = The newest
usage-houses-by = By house
usage-house = House
usage-shell = Usage

usage-notice-soft = { $quota }: four fifths are used.
usage-notice-full = { $quota }: all of it is used.
usage-notice-more = See what is used

mail-quota-subject-soft = { $tenant }: { $quota } nearly used up
mail-quota-subject-full = { $tenant }: { $quota } used up
mail-quota-soft = in “{ $tenant }” a limit is nearly reached. Nothing has been stopped yet.
mail-quota-full = in “{ $tenant }” a limit is reached. What goes beyond it is refused, or kept no longer.
mail-quota-resets = Counting begins anew at { $time }.
mail-quota-once = You get this mail once: not again until the next day, or until use has fallen below 70 %.

quota-remedy-houses = Delete a house you do not need, or choose a larger plan.
quota-remedy-members = Remove somebody or take an invitation back, or choose a larger plan.
quota-remedy-connections-per-house = Stop packages you do not need, look for one that reconnects in a loop, or choose a larger plan.
quota-remedy-messages-per-day = Beyond the limit live values keep flowing, but new ones are not kept until the day ends. Let devices send less often, or choose a larger plan.
quota-remedy-retained-bytes = Clear retained messages you do not need, or choose a larger plan.
quota-remedy-sensors-per-house = Delete sensors you do not need, or choose a larger plan.
quota-remedy-rules-per-house = Delete rules you do not need, or choose a larger plan.
quota-remedy-history-bytes = Keep fewer values (retention of the sensor) or no images, or choose a larger plan.
