# The live page of a house.

house-title = House
house-silent = The house did not answer.
house-silent-at-home = Its brain runs at home: look whether the controller there runs and is connected.
house-silent-here = Nothing is lost: what your modules send is kept. Reload in a minute.
house-how-to-connect = How to connect
house-was-refused = Was something refused?
house-offers = New sensors
house-offers-why = They sent a value and wait to be added.
house-readings = Readings
house-controls = Controls
house-set = Set
house-waiting = Waiting for the first value
house-connect = Connect your modules
house-waiting-why = Something is connected. As soon as a module sends a value it appears here, ready to be added.
house-connect-why = Copy a few lines into your eGeoffrey installation. As soon as a module sends a value it appears here.
house-connect-more = Connect more
house-show-how = Show me how
house-no-script = Values on this page are those of the moment it was loaded. Switch on JavaScript to see them live and to use the controls.
house-no-value = no value yet
house-stale = no news
house-add = Add
