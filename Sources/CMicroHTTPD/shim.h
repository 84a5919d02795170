#pragma once
#include <microhttpd.h>
#include <stdio.h>

/* Swift cannot call variadic functions: these give each one that we use its fixed arguments. */

/** Who hears the library's messages. */
struct punctual_listener {
    void (*hear)(void *context, const char *message);
    void *context;
};

static inline void punctual_format_message(void *listener, const char *format, va_list arguments)
{
    struct punctual_listener *to = (struct punctual_listener *)listener;
    char message[512];
    vsnprintf(message, sizeof message, format, arguments);
    to->hear(to->context, message);
}

/** Starts a daemon without a listen socket. `listener` has to live as long as the daemon. */
static inline struct MHD_Daemon *punctual_start_daemon(
    unsigned int flags, void *context, MHD_AccessHandlerCallback access,
    void *(*target)(void *, const char *, struct MHD_Connection *), MHD_RequestCompletedCallback completed,
    MHD_NotifyConnectionCallback connection, struct punctual_listener *listener, const struct MHD_OptionItem *options)
{
    return MHD_start_daemon(
        flags | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL, access, context,
        /* First, so that it also hears what is wrong with the options after it. */
        MHD_OPTION_EXTERNAL_LOGGER, punctual_format_message, listener,
        MHD_OPTION_URI_LOG_CALLBACK, target, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connection, context,
        MHD_OPTION_ARRAY, options,
        MHD_OPTION_END);
}

/** Bytes of the request line and header section, line ends included; known when the access handler is first called. */
static inline size_t punctual_header_section_size(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/** What the connection callback stored when the connection began. */
static inline void *punctual_socket_context(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/** The peer's address as given to MHD_add_connection. */
static inline const struct sockaddr *punctual_client_address(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/** The connection's socket, which stays the library's. */
static inline int punctual_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
