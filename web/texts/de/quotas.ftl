# Kontingente: wie sie heißen.

quota-houses = Häuser
quota-members = Mitglieder
quota-connections-per-house = Verbindungen je Haus
quota-messages-per-second = Nachrichten je Sekunde
quota-messages-burst = Nachrichten auf einmal
quota-messages-per-day = Nachrichten am Tag
quota-message-bytes = Größte Nachricht
quota-retained-bytes = Aufbewahrte Nachrichten (retained)
quota-subscriptions-per-connection = Abonnements je Verbindung
quota-offline-messages = Wartende Nachrichten je Client
quota-offline-bytes = Wartende Daten je Client
quota-sensors-per-house = Sensoren je Haus
quota-rules-per-house = Regeln je Haus
quota-history-days = Dauer des Verlaufs
quota-history-bytes = Verlaufsdaten je Haus
quota-notifications-per-day = Benachrichtigungen am Tag
