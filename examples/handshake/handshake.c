/* An integrated login to PostgreSQL through the authentication plugin, without anything else of
 * negodbc.
 *
 *   handshake HOST PORT DATABASE
 *
 * The loop is that of negodbc/auth_plugin.h; what carries the tokens here is PostgreSQL's protocol
 * ("Message Flow", "Start-up": StartupMessage, AuthenticationGSS, GSSResponse). Not encrypted: an
 * example. */
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <negodbc/auth_plugin.h>

enum {
  TIMEOUT_MS = 10000,
  LONGEST_MESSAGE = 65536,
  AUTHENTICATION_OK = 0,
  AUTHENTICATION_GSS = 7,
  GSS_CONTINUE = 8
};

static void fail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static int connected(const char* host, const char* port) {
  struct addrinfo wanted, *found = NULL;
  memset(&wanted, 0, sizeof wanted);
  wanted.ai_socktype = SOCK_STREAM;
  const int error = getaddrinfo(host, port, &wanted, &found);
  if (error != 0) fail("%s: %s", host, gai_strerror(error));
  int descriptor = -1;
  for (const struct addrinfo* at = found; at != NULL && descriptor < 0; at = at->ai_next) {
    descriptor = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (descriptor >= 0 && connect(descriptor, at->ai_addr, at->ai_addrlen) != 0) {
      close(descriptor);
      descriptor = -1;
    }
  }
  freeaddrinfo(found);
  if (descriptor < 0) fail("%s:%s can't be reached", host, port);
  return descriptor;
}

static void send_all(int descriptor, const void* data, size_t size) {
  for (const char* at = data; size > 0;) {
    const ssize_t sent = send(descriptor, at, size, MSG_NOSIGNAL);
    if (sent <= 0) fail("the connection broke");
    at += sent;
    size -= (size_t)sent;
  }
}

static void receive_all(int descriptor, void* data, size_t size) {
  for (char* at = data; size > 0;) {
    const ssize_t received = recv(descriptor, at, size, 0);
    if (received <= 0) fail("the server closed the connection");
    at += received;
    size -= (size_t)received;
  }
}

static void put32(unsigned char* out, uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = (unsigned char)(value >> (24 - 8 * i));
}

static uint32_t get32(const unsigned char* in) {
  return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* StartupMessage: length, version 3.0, names and values. */
static void send_startup(int descriptor, const char* user, const char* database) {
  const char* const words[] = {"user", user, "database", database};
  unsigned char message[1024];
  size_t size = 8;
  put32(message + 4, 3 << 16);
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    const size_t length = strlen(words[i]) + 1;
    if (size + length + 1 > sizeof message) fail("the user's or the database's name is too long");
    memcpy(message + size, words[i], length);
    size += length;
  }
  message[size++] = 0;
  put32(message, (uint32_t)size);
  send_all(descriptor, message, size);
}

/* GSSResponse: 'p', length, token. */
static void send_token(int descriptor, const void* token, size_t size) {
  unsigned char head[5] = {'p'};
  put32(head + 1, (uint32_t)size + 4);
  send_all(descriptor, head, sizeof head);
  send_all(descriptor, token, size);
}

/* The next message's type; its body of *size bytes is in `body`, with a zero behind it. */
static char receive_message(int descriptor, char* body, size_t* size) {
  unsigned char head[5];
  receive_all(descriptor, head, sizeof head);
  const uint32_t length = get32(head + 1);
  if (length < 4 || length - 4 >= LONGEST_MESSAGE)
    fail("the server sent what is no message of PostgreSQL's");
  *size = length - 4;
  receive_all(descriptor, body, *size);
  body[*size] = '\0';
  return (char)head[0];
}

/* An authentication request's number; an ErrorResponse ends the program with its text ('M'). */
static uint32_t receive_request(int descriptor, char* body, size_t* size) {
  const char type = receive_message(descriptor, body, size);
  if (type == 'E') {
    for (const char* field = body; *field != '\0'; field += strlen(field) + 1)
      if (*field == 'M') fail("the server refuses: %s", field + 1);
  }
  if (type != 'R' || *size < 4)
    fail("the server sent a message '%c' instead of an authentication request", type);
  return get32((const unsigned char*)body);
}

static void explain(const negodbc_auth_api* plugin, negodbc_auth_session* session) {
  negodbc_auth_diagnosis why;
  memset(&why, 0, sizeof why);
  why.size = sizeof why;
  if (session != NULL && plugin->diagnosis(session, &why) == NEGODBC_AUTH_OK)
    fail("%s (%s). %s", why.text, why.target, why.hint);
  fail("out of memory");
}

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: handshake HOST PORT DATABASE");
  const negodbc_auth_api* const plugin = negodbc_auth_plugin(NEGODBC_AUTH_ABI_VERSION);
  if (plugin == NULL)
    fail("the plugin does not speak version %u of the ABI", NEGODBC_AUTH_ABI_VERSION);

  negodbc_auth_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  options.package = "Kerberos";
  options.service = "postgres";
  options.host = argv[1];
  negodbc_auth_session* session = NULL;
  const char* principal = NULL;
  if (plugin->open(&options, &session) != NEGODBC_AUTH_OK ||
      plugin->principal(session, TIMEOUT_MS, &principal) != NEGODBC_AUTH_OK)
    explain(plugin, session);

  /* The role is the principal without its realm. */
  char role[256];
  snprintf(role, sizeof role, "%.*s", (int)strcspn(principal, "@"), principal);
  const int server = connected(argv[1], argv[2]);
  send_startup(server, role, argv[3]);

  static char body[LONGEST_MESSAGE];
  size_t size = 0;
  if (receive_request(server, body, &size) != AUTHENTICATION_GSS)
    fail("the server does not ask for a ticket");
  const void* input = NULL;
  size_t input_size = 0;
  for (;;) {
    const void* token = NULL;
    size_t token_size = 0;
    const negodbc_auth_status status =
        plugin->step(session, input, input_size, TIMEOUT_MS, &token, &token_size);
    if (status < 0) explain(plugin, session);
    if (token_size != 0 || status == NEGODBC_AUTH_CONTINUE) send_token(server, token, token_size);
    if (status == NEGODBC_AUTH_ESTABLISHED) break;
    if (receive_request(server, body, &size) != GSS_CONTINUE)
      fail("the server ended the handshake before its time");
    input = body + 4;
    input_size = size - 4;
  }
  /* The server has proved who it is (mutual authentication); now it says whether it takes us. */
  if (receive_request(server, body, &size) != AUTHENTICATION_OK) fail("the server goes on asking");

  negodbc_auth_info info;
  memset(&info, 0, sizeof info);
  info.size = sizeof info;
  if (plugin->query(session, &info) != NEGODBC_AUTH_OK) explain(plugin, session);
  printf("%s is logged in as %s at %s, by %s (%s %s)\n", info.principal, role, info.target,
         info.package, plugin->name, plugin->version);
  plugin->close(session);
  close(server);
  return 0;
}
