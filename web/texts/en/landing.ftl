# The first page.

landing-title = Your home, reachable from everywhere
landing-heading = Your eGeoffrey home, reachable from everywhere.
landing-lead = Connect the modules you already have with a few lines to copy. Live values, history and control, without opening a port at home.
landing-living-room = Living room
landing-power = Power
landing-hall-lights = Hall lights
landing-confirmed = On · confirmed by the house
landing-points = What you get
landing-point-stock = Nothing to rebuild
landing-point-stock-why = Stock eGeoffrey packages connect outward with your house id and a passcode. Your router stays closed.
landing-point-yours = Only yours
landing-point-yours-why = A house can only ever name its own topics, values and files. What one house sends, no other can see.
landing-point-says = Says what happened
landing-point-says-why = When something is stopped you read which limit it was, what was allowed, what was seen, and what to do.
landing-plans = Plans
landing-gives = What it gives
landing-row-houses = Houses
landing-row-people = People
landing-row-connections = Devices connected, per house
landing-row-sensors = Sensors, per house
landing-row-history = History kept
landing-row-per-day = Messages a day
landing-row-rate = Messages a second
landing-row-burst = Messages at once
landing-row-message = Largest message
landing-limits = At a limit you read what was stopped and why: nothing breaks silently.
