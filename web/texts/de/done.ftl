# Was eine Seite sagt, nachdem etwas getan wurde.

done-added = Der Sensor wurde hinzugefügt. Sein nächster Wert erscheint hier.
done-saved = Gespeichert.
done-password = Ihr Passwort wurde geändert. Sie wurden überall sonst abgemeldet.
done-address-asked = Wir haben einen Link an die neue Adresse geschickt. Sie gilt, sobald Sie ihn öffnen und bestätigen.
done-address = Ihre E-Mail-Adresse wurde geändert.
done-session = Die Sitzung wurde beendet.
done-two-factor-off = Die Anmeldung in zwei Schritten ist aus. Es wird nur noch nach Ihrem Passwort gefragt.
done-token = Das Token wurde widerrufen. Was es benutzt hat, ist getrennt.
done-deleted = Der Sensor wurde gelöscht.
done-revoked = Die Zugangsdaten wurden gesperrt. Was sie benutzt hat, ist getrennt.
banner-stopped = Angehalten.
banner-read-only = Nur lesend.
log-in-with-new-password = Melden Sie sich mit Ihrem neuen Passwort an.
log-in-confirmed = Ihre E-Mail-Adresse ist bestätigt. Melden Sie sich jetzt an.
houses-no-member = Sie sind hier in keinem Kundenkonto Mitglied.
houses-only-admins = Nur Inhaber und Verwalter fügen Häuser hinzu.
