# Houses: the overview and a new one.

houses-first = Add your first house
houses-add = Add a house
houses-first-how = Give it a name and a time zone. The next page has the lines to copy into your modules; it changes by itself when the first message arrives.
houses-last-seen = Last seen
houses-connect = Connect it now
new-house-title = New house
new-house-name-hint = What you call it: “Home”, “Lake cabin”.
new-house-zone = Time zone
new-house-zone-hint = Days, hours and schedules of the house follow it.
new-house-zone-choose = Choose a time zone
new-house-hosting = Where does its brain run?
new-house-hosted = Here, with us
new-house-hosted-why = We run hub, history and rules. At home you only run the modules that talk to your devices. The simplest choice.
new-house-on-premise = At home
new-house-on-premise-why = Your own eGeoffrey controller keeps running at home and keeps the data. We connect your modules and show the portal.
new-house-add = Add the house
houses-clients =
    { $count ->
        [one] { $count } client
       *[other] { $count } clients
    }
houses-refusals =
    { $count ->
        [one] { $count } refusal today
       *[other] { $count } refusals today
    }

houses-search = Find
houses-state = State
houses-state-all = any
houses-state-online = online
houses-state-offline = offline
houses-state-never = not connected yet
houses-state-refusals = with refusals today
houses-show = Show
houses-all = Show all
houses-found = { $from } to { $to } of { $total }
houses-none-found = No house fits.
houses-none = No house yet
houses-none-how = Whoever invited you can give you a role in a house.
houses-house = House
houses-pages = Pages
houses-earlier = Earlier
houses-later = More
houses-leave = Leave
houses-leave-what = You lose access to this house at once.
houses-leave-one = Leave { $house }
houses-leave-now = Leave now
new-house-in = It will belong to “{ $tenant }”.
