# So verbindet man ein Haus.

connect-title = Verbinden Sie Ihr Haus
connect-arrived = Ihr Haus ist verbunden.
connect-open-live = Live-Seite öffnen
connect-stock = Unveränderte eGeoffrey-Pakete
connect-lines = Schreiben Sie diese Zeilen in die Datei <code>.env</code> Ihrer Installation, und starten Sie sie neu. Zu Hause muss kein Port geöffnet werden.
connect-lines-label = Umgebungszeilen
connect-copy-all = Alle Zeilen kopieren
connect-copy-now = <b>Kopieren Sie jetzt den Passcode von „{ $name }“.</b> Er wird nur dieses Mal gezeigt; wir bewahren nur einen Fingerabdruck davon auf. Geht er verloren, legen Sie neue Zugangsdaten an.
connect-copy-rest = Alles außer dem Passcode kopieren
connect-passcode-once = Der Passcode wurde einmal gezeigt, als er erstellt wurde.
connect-passcode-new = Wenn Sie ihn nicht mehr haben, <a href="#new-credential">legen Sie neue Zugangsdaten an</a>: Die alten gelten weiter, bis Sie sie sperren.
connect-passcode-ask = Bitten Sie einen Verwalter des Hauses um neue Zugangsdaten, wenn Sie welche brauchen.
connect-tls = Die Python-Pakete von eGeoffrey verbinden sich nicht von selbst neu, wenn eine TLS-Verbindung abbricht. Für ein Haus, das nie allein bleiben darf, betreiben Sie zu Hause <code>egeoffrey-cloud edge</code>: innen unverschlüsselt, nach außen verschlüsselt. Lassen Sie sonst den Container neu starten, wenn er anhält.
connect-plain = Diese Verbindung ist nicht verschlüsselt: Benutzen Sie sie nur im eigenen Netz.
connect-take-along = Zum Mitnehmen
connect-qr = QR-Code mit den Zeilen samt Passcode
connect-qr-why = Dieselben Zeilen samt Passcode, für das Telefon oder Tablet, mit dem Sie zu Hause arbeiten.
connect-others = Für andere MQTT-Clients
connect-host = Host
connect-port = Port
connect-over = Über
connect-user = Benutzername
connect-password-is = der Passcode
connect-websocket = WebSocket, Pfad <code>/mqtt</code>
connect-compose = Compose-Datei für unveränderte Pakete
connect-compose-how = Speichern Sie sie als <code>docker-compose.yml</code> neben der Datei <code>.env</code> mit den Zeilen oben. Fügen Sie für jedes Paket, das Sie benutzen, einen Block hinzu.
connect-compose-label = Compose-Datei
connect-copy-file = Datei kopieren
