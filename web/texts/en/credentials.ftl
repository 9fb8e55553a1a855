# Credentials of a house: the list, the form, what is told once.

bus-role-runtime = Our runtime
bus-role-house = House
bus-role-package = Package
bus-role-admin = Admin
bus-role-resident = Resident
bus-role-viewer = Viewer

bus-role-may-house = Everything of the house, like the passcode of a stock gateway. For installations that share one passcode.
bus-role-may-package = Speaks only as the modules you name below. What leaks from one device does not open the others.
bus-role-may-admin = For a person with their own GUI: sees everything, operates everything and changes the configuration.
bus-role-may-resident = For a person with their own GUI: sees values and pages, operates devices, runs rules. Changes no configuration.
bus-role-may-viewer = For a person or a screen that only looks: sees values and pages, operates nothing.

credentials-title = Credentials
credentials-none = There is no credential: nothing can connect. Make one below.
credentials-hidden = Only admins and installers of the house see its credentials.
credentials-made = Made
credentials-made-by = by { $name }
credentials-last-used = Last used
credentials-used-from = from { $address }
credentials-never-used = never
credentials-ends = Ends
credentials-never-ends = never
credentials-exchanged = Exchanged: works until { $end }
credentials-ended = Ended { $end }
credentials-exchange = Exchange
credentials-exchange-this = Exchange the secret of { $name }
credentials-exchange-why = You get a new secret with the same rights. The old one keeps working meanwhile, so that you can change your devices one by one.
credentials-exchange-now = Make the new secret
credentials-overlap = How long the old one keeps working
credentials-overlap-none = Not at all: it stops now
credentials-overlap-hour = One hour
credentials-overlap-day = One day
credentials-overlap-week = One week
credentials-overlap-month = 30 days
credentials-revoke = Revoke
credentials-revoke-this = Revoke { $name }
credentials-revoke-sure = Revoke “{ $name }”? What uses it is disconnected at once.

credentials-make = Make a credential
credentials-new-name = Name of a further credential
credentials-new-role = What may it do?
credentials-user = User name in the GUI
credentials-user-hint = Letters, digits and dashes, as in gui/users of your house. Made from the name if you leave it empty.
credentials-package = Name of the package
credentials-package-hint = As in its manifest, such as egeoffrey-service-zigbee2mqtt. Its watchdog may speak too.
credentials-senders = Modules
credentials-senders-hint = The value of EGEOFFREY_MODULES, such as service/zigbee2mqtt. Up to 20, with commas between them.
credentials-last-day = Last day it works
credentials-last-day-hint = By the clock of the house. Empty for no end.
credentials-fault-day = This must be a day from today on, such as 2027-01-31.

credentials-fresh-package = These lines are for the package with the modules { $modules } only.
credentials-fresh-person = For the stock GUI: house id and passcode as below, and “{ $user }” as the user name. Other user names are refused with this passcode.
credentials-first = Main passcode
