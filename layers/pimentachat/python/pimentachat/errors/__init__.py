"""Every refusal, as a class, in a module for each family. Raised where it is known, turned into an answer in one place
(`api/doorway.py`); an endpoint has no `try`.

ChatError                400  {success: false, error: "<text> [<code>]", errorType: <code>}
|- Plain                 400  {success: false, error: <text>}                      no errorType, no ending
|  |- MatchError         400  "Match error: ..." for a parameter of the wrong shape
|  |- Forbidden          403  "unauthorized"
|  `- NotFound           404  "Resource not found"
|- Bare                  400  {success: false}
|- StatusError           4xx  {status: error, message: <text>}                     login, missing login, wrong method
`- ... one class for each typed refusal, in the modules beside: `from pimentachat.errors.rooms import InvalidRoom`

Texts and codes are facts of the contract (the `errors` of each endpoint). `{name}` in a text is filled from the
keywords given when the refusal is raised.
"""
