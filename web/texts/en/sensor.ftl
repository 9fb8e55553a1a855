# A sensor's page.

sensor-more-than = more than { $count }
