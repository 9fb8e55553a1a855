# How to connect a house.

connect-title = Connect your house
connect-arrived = Your house is connected.
connect-open-live = Open the live page
connect-stock = Stock eGeoffrey packages
connect-lines = Put these lines into the <code>.env</code> file of your installation and restart it. No port has to be opened at home.
connect-lines-label = Environment lines
connect-copy-all = Copy all lines
connect-copy-now = <b>Copy the passcode of “{ $name }” now.</b> It is shown this once; we keep only a fingerprint of it. If it gets lost, make a new credential.
connect-copy-rest = Copy all but the passcode
connect-passcode-once = The passcode was shown once, when it was made.
connect-passcode-new = If you do not have it any more, <a href="#new-credential">make a new credential</a>: the old one keeps working until you revoke it.
connect-passcode-ask = Ask an admin of the house for a new credential if you need one.
connect-tls = Stock Python packages do not come back by themselves when a TLS connection breaks. For a house that must never be left alone, run <code>egeoffrey-cloud edge</code> at home: plain inside, encrypted outside. Otherwise let the container restart when it stops.
connect-plain = This connection is not encrypted: use it inside your own network only.
connect-take-along = Take it along
connect-qr = QR code with the lines, passcode included
connect-qr-why = The same lines, passcode included, for the phone or tablet you work with at home.
connect-others = For other MQTT clients
connect-host = Host
connect-port = Port
connect-over = Over
connect-user = User name
connect-password-is = the passcode
connect-websocket = WebSocket, path <code>/mqtt</code>
connect-compose = Compose file for stock packages
connect-compose-how = Save it as <code>docker-compose.yml</code> beside the <code>.env</code> file with the lines above. Add a block for every package you use.
connect-compose-label = Compose file
connect-copy-file = Copy the file
