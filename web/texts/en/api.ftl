# The description of the API, for people who write programs. What single
# operations do is said by the document, in English.

api-title = API
api-lead = Everything the portal does, programs can do as well. Send a token that you make under your account as a bearer token.
api-document = The same as an OpenAPI 3.1 document:
api-contents = Contents
api-parameters = Parameters
api-required = required
api-body = Body
api-body-optional = Body, may be left out
api-answers = Answers { $status }
api-answers-file = Answers { $status } with a file
api-shapes = Shapes
