# Die Beschreibung der API, für alle, die Programme schreiben. Was einzelne
# Aufrufe tun, sagt das Dokument, auf Englisch.

api-title = API
api-lead = Alles, was das Portal kann, können auch Programme. Senden Sie ein Token, das Sie unter Ihrem Konto erstellen, als Bearer-Token mit.
api-document = Dasselbe als OpenAPI-3.1-Dokument:
api-contents = Inhalt
api-parameters = Parameter
api-required = erforderlich
api-body = Inhalt der Anfrage
api-body-optional = Inhalt der Anfrage, kann fehlen
api-answers = Antwortet mit { $status }
api-answers-file = Antwortet mit { $status } und einer Datei
api-shapes = Datentypen
