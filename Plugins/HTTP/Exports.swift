// A server of HTTP has handlers, so `import DroverHTTP` is enough for both. Parsers, encoders and exchanges come with
// `import DroverHTTPMessages`, for protocols that are like HTTP.

@_exported public import struct DroverHTTPMessages.ClosureHandler
@_exported public import struct DroverHTTPMessages.ContentType
@_exported public import struct DroverHTTPMessages.Cookie
@_exported public import struct DroverHTTPMessages.HTTPApplication
@_exported public import struct DroverHTTPMessages.HTTPDate
@_exported public import struct DroverHTTPMessages.HTTPError
@_exported public import protocol DroverHTTPMessages.HTTPHandler
@_exported public import enum DroverHTTPMessages.HTTPMethod
@_exported public import protocol DroverHTTPMessages.HTTPResponseError
@_exported public import struct DroverHTTPMessages.HTTPStatus
@_exported public import enum DroverHTTPMessages.HTTPVersion
@_exported public import struct DroverHTTPMessages.HeaderField
@_exported public import struct DroverHTTPMessages.HeaderFields
@_exported public import struct DroverHTTPMessages.Request
@_exported public import struct DroverHTTPMessages.RequestBody
@_exported public import enum DroverHTTPMessages.RequestBodyError
@_exported public import struct DroverHTTPMessages.Response
@_exported public import struct DroverHTTPMessages.ResponseBody
@_exported public import enum DroverHTTPMessages.ResponseBodyError
@_exported public import class DroverHTTPMessages.ResponseWriter
