# Die Seite eines Sensors.

sensor-more-than = mehr als { $count }
