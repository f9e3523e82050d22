// What Swift cannot import from OpenSSL 3: function-like macros, and errno(3) right after a call.
#pragma once

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or later is needed: apt-get install libssl-dev"
#endif

// MARK: What a call came to; a count of bytes above 0, or one of these

enum {
    c_openssl_wants_input = 0,
    c_openssl_wants_output = -1,
    c_openssl_ended = -2,     // with a close_notify
    c_openssl_cut_off = -3,   // without
    c_openssl_broken = -4,    // the socket's error is in *code
    c_openssl_refused = -5,   // OpenSSL's reasons are in its queue
};

// The queue belongs to the thread: what another caller left there would be taken for ours.
static inline void c_openssl_begin(void) {
    if (ERR_peek_error() != 0) ERR_clear_error();
    errno = 0;
}

static inline long c_openssl_outcome(SSL *ssl, int result, int *code) {
    int number = errno;
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ: return c_openssl_wants_input;
    case SSL_ERROR_WANT_WRITE: return c_openssl_wants_output;
    case SSL_ERROR_ZERO_RETURN: return c_openssl_ended;
    case SSL_ERROR_SYSCALL:
        *code = number ? number : ECONNRESET;
        ERR_clear_error();
        return c_openssl_broken;
    default:
        if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) return c_openssl_refused;
        ERR_clear_error();
        return c_openssl_cut_off;
    }
}

// An order that was put down is to be kept, SSL_CTX_set_options(3).
static inline void c_openssl_prefer_own_order(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static inline long c_openssl_handshake(SSL *ssl, int *code) {
    c_openssl_begin();
    int result = SSL_do_handshake(ssl);
    return result == 1 ? 1 : c_openssl_outcome(ssl, result, code);
}
static inline long c_openssl_read(SSL *ssl, void *buffer, size_t count, int *code) {
    c_openssl_begin();
    int result = SSL_read(ssl, buffer, count > INT32_MAX ? INT32_MAX : (int)count);
    return result > 0 ? result : c_openssl_outcome(ssl, result, code);
}
static inline long c_openssl_write(SSL *ssl, const void *buffer, size_t count, int *code) {
    c_openssl_begin();
    int result = SSL_write(ssl, buffer, count > INT32_MAX ? INT32_MAX : (int)count);
    return result > 0 ? result : c_openssl_outcome(ssl, result, code);
}
// 2 when all of it has been read, 1 for *got bytes of it, or an outcome of 0 and below.
static inline long c_openssl_read_early(SSL *ssl, void *buffer, size_t count, size_t *got, int *code) {
    c_openssl_begin();
    switch (SSL_read_early_data(ssl, buffer, count, got)) {
    case SSL_READ_EARLY_DATA_FINISH: return 2;
    case SSL_READ_EARLY_DATA_SUCCESS: return 1;
    default: return c_openssl_outcome(ssl, -1, code);
    }
}
static inline long c_openssl_write_early(SSL *ssl, const void *buffer, size_t count, int *code) {
    c_openssl_begin();
    size_t written = 0;
    return SSL_write_early_data(ssl, buffer, count, &written) == 1 ? (long)written : c_openssl_outcome(ssl, -1, code);
}
static inline long c_openssl_send_file(SSL *ssl, int file, int64_t offset, size_t count, int *code) {
    c_openssl_begin();
    ssize_t result = SSL_sendfile(ssl, file, (off_t)offset, count, 0);
    return result > 0 ? (long)result : c_openssl_outcome(ssl, (int)result, code);
}
// Says goodbye and waits for no answer.
static inline void c_openssl_farewell(SSL *ssl) {
    c_openssl_begin();
    if (SSL_shutdown(ssl) < 0) ERR_clear_error();
}

// MARK: What went over the socket
//
// The BIO's argument is the notebook: bit 0 says that the last read got all there was, bits 1 to 3 how many of the first
// seven bytes have come, which are in the bits from 8 on. So nothing has to be allocated, and no call asks the kernel
// twice.

enum { c_openssl_known_bytes = 7 };

static inline unsigned c_openssl_known(uintptr_t notes) { return (unsigned)(notes >> 1 & 7); }

static inline long c_openssl_note_read(BIO *bio, int operation, const char *bytes, size_t wanted, int argi, long argl,
                                       int result, size_t *got) {
    (void)argi;
    (void)argl;
    if (operation == (BIO_CB_READ | BIO_CB_RETURN)) {
        uintptr_t notes = (uintptr_t)BIO_get_callback_arg(bio) & ~(uintptr_t)1;
        if (result <= 0 || *got < wanted) notes |= 1;
        if (result > 0) {
            for (size_t i = 0; i < *got && c_openssl_known(notes) < c_openssl_known_bytes; i++) {
                notes |= (uintptr_t)(unsigned char)bytes[i] << (8 * (c_openssl_known(notes) + 1));
                notes += 2;
            }
        }
        BIO_set_callback_arg(bio, (char *)notes);
    }
    return result;
}
static inline SSL *c_openssl_on_socket(SSL_CTX *context, int fd) {
    SSL *ssl = SSL_new(context);
    if (!ssl) return NULL;
    if (SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    BIO *bio = SSL_get_rbio(ssl);
    BIO_set_callback_ex(bio, c_openssl_note_read);
    BIO_set_callback_arg(bio, (char *)(uintptr_t)1);
    return ssl;
}
static inline SSL *c_openssl_accept(SSL_CTX *context, int fd) {
    SSL *ssl = c_openssl_on_socket(context, fd);
    if (ssl) SSL_set_accept_state(ssl);
    return ssl;
}
// Asks for the server called `name`, whose certificate must be for that name or address where certificates are verified.
static inline SSL *c_openssl_connect(SSL_CTX *context, int fd, const char *name) {
    SSL *ssl = c_openssl_on_socket(context, fd);
    if (!ssl) return NULL;
    SSL_set_connect_state(ssl);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // An address is no server name, RFC 6066 section 3; SSL_set1_host(3) takes both.
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
    bool asks = address || !*name || SSL_set_tlsext_host_name(ssl, name) == 1;
    ASN1_OCTET_STRING_free(address);
    if (asks && SSL_set1_host(ssl, name) == 1) return ssl;
    SSL_free(ssl);
    return NULL;
}
static inline bool c_openssl_is_dry(SSL *ssl) {
    return ((uintptr_t)BIO_get_callback_arg(SSL_get_rbio(ssl)) & 1) && !SSL_has_pending(ssl);
}
// One of the first bytes that came, or -1.
static inline int c_openssl_byte(SSL *ssl, int place) {
    uintptr_t notes = (uintptr_t)BIO_get_callback_arg(SSL_get_rbio(ssl));
    return place < (int)c_openssl_known(notes) ? (int)(notes >> (8 * (place + 1)) & 0xff) : -1;
}
static inline bool c_openssl_kernel_sends(SSL *ssl) { return BIO_get_ktls_send(SSL_get_wbio(ssl)); }

// MARK: Contexts

static inline SSL_CTX *c_openssl_context_of(const SSL_METHOD *method, bool kernel) {
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context) return NULL;
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | (kernel ? SSL_OP_ENABLE_KTLS : 0));
    // Tickets hold what a session is; a cache in one worker would be of no use to the others.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    return context;
}
static inline SSL_CTX *c_openssl_context(bool tickets, bool kernel) {
    SSL_CTX *context = c_openssl_context_of(TLS_server_method(), kernel);
    if (!context || tickets) return context;
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    return context;
}
static inline SSL_CTX *c_openssl_client_context(bool kernel) {
    return c_openssl_context_of(TLS_client_method(), kernel);
}
static inline void c_openssl_set_versions(SSL_CTX *context, int minimum, int maximum) {
    SSL_CTX_set_min_proto_version(context, minimum);
    SSL_CTX_set_max_proto_version(context, maximum);
}
static inline bool c_openssl_set_groups(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list) == 1;
}
static inline bool c_openssl_add_chain(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate) == 1;
}
static inline void c_openssl_on_server_name(SSL_CTX *context, int (*choose)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, choose);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline void c_openssl_on_status(SSL_CTX *context, int (*staple)(SSL *, void *), void *argument) {
    SSL_CTX_set_tlsext_status_cb(context, staple);
    SSL_CTX_set_tlsext_status_arg(context, argument);
}
// OpenSSL frees what it is given.
static inline bool c_openssl_staple(SSL *ssl, const void *response, size_t count) {
    void *copy = OPENSSL_memdup(response, count);
    return copy && SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)count) == 1;
}
static inline void c_openssl_set_owner(SSL_CTX *context, void *owner) { SSL_CTX_set_app_data(context, owner); }
static inline void *c_openssl_owner(SSL *ssl) { return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)); }
static inline void c_openssl_allow_replay(SSL_CTX *context) { SSL_CTX_set_options(context, SSL_OP_NO_ANTI_REPLAY); }
static inline void c_openssl_set_lifetime(SSL_CTX *context, long seconds) { SSL_CTX_set_timeout(context, seconds); }

// MARK: Session tickets

// Ciphers and MACs a ticket; `key` is the 32 bytes of AES-256 and the 32 of HMAC-SHA-256.
static inline bool c_openssl_ticket(EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, const EVP_CIPHER *algorithm,
                                    const unsigned char *key, const unsigned char *iv, bool seals) {
    OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
                           OSSL_PARAM_construct_end()};
    return EVP_CipherInit_ex(cipher, algorithm, NULL, key, iv, seals) == 1 && EVP_MAC_init(mac, key + 32, 32, digest) == 1;
}

// MARK: Certificates

// RFC 4514, but UTF-8 stays as it is.
static inline bool c_openssl_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;
}

static inline long c_openssl_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline int c_openssl_name_kind(const GENERAL_NAMES *names, long index) {
    return sk_GENERAL_NAME_value(names, (int)index)->type;
}
// The bytes of a name that is a text or an address; NULL for any other kind.
static inline const unsigned char *c_openssl_name_bytes(const GENERAL_NAMES *names, long index, long *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, (int)index);
    const ASN1_STRING *text = NULL;
    switch (name->type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI: text = name->d.ia5; break;
    case GEN_IPADD: text = name->d.iPAddress; break;
    }
    if (!text) return NULL;
    *count = ASN1_STRING_length(text);
    return ASN1_STRING_get0_data(text);
}
static inline bool c_openssl_date(const ASN1_TIME *time, char text[32]) {
    struct tm parts;
    return ASN1_TIME_to_tm(time, &parts) == 1 && strftime(text, 32, "%Y-%m-%d %H:%M:%S UTC", &parts) > 0;
}
static inline bool c_openssl_seconds(const ASN1_TIME *time, int64_t *seconds) {
    struct tm parts;
    if (ASN1_TIME_to_tm(time, &parts) != 1) return false;
    *seconds = timegm(&parts);
    return true;
}
static inline bool c_openssl_is_success(const OCSP_RESPONSE *response) {
    return OCSP_response_status((OCSP_RESPONSE *)response) == OCSP_RESPONSE_STATUS_SUCCESSFUL;
}
// Whether a response is about a certificate: its number among its issuer's, and a digest of the issuer's name.
static inline bool c_openssl_answers_for(OCSP_RESPONSE *response, X509 *certificate) {
    OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
    bool found = false;
    for (int index = 0; basic && !found && index < OCSP_resp_count(basic); index++) {
        const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic, index));
        ASN1_OCTET_STRING *issuer;
        ASN1_OBJECT *algorithm;
        ASN1_INTEGER *serial;
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned int count;
        if (OCSP_id_get0_info(&issuer, &algorithm, NULL, &serial, (OCSP_CERTID *)id) != 1) continue;
        const EVP_MD *kind = EVP_get_digestbyobj(algorithm);
        found = kind && ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0 &&
                X509_NAME_digest(X509_get_issuer_name(certificate), kind, digest, &count) == 1 &&
                (int)count == ASN1_STRING_length(issuer) && memcmp(digest, ASN1_STRING_get0_data(issuer), count) == 0;
    }
    OCSP_BASICRESP_free(basic);
    ERR_clear_error();
    return found;
}
static inline bool c_openssl_is_pem_end(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}
static inline int c_openssl_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline bool c_openssl_is_tls(unsigned long error) { return ERR_GET_LIB(error) == ERR_LIB_SSL; }
// The text of a memory BIO, which stays the BIO's.
static inline long c_openssl_text(BIO *bio, char **text) { return BIO_get_mem_data(bio, text); }
