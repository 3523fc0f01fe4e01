#pragma once

#include "protocol/network/address.hpp"
#include "protocol/network/socket_buffers.hpp"
#include "protocol/transport/file_descriptor.hpp"

#include <barnabas/result.hpp>

namespace barnabas::transport {

/// Settings of the TCP sockets of one engine. TCP_NODELAY and close-on-exec are always on.
struct SocketOptions {
  network::SocketBuffers buffers;
  /// TCP keep-alive probes, as the Java client has them (socket.keepalive.enable).
  bool keep_alive = true;
};

/// A non-blocking socket that is connecting to `peer`; writable once that ended either way.
/// Errors: connection_failed when it cannot even begin.
Result<FileDescriptor> start_connect(const network::Address& peer, const SocketOptions& options);
/// How the connecting ended that `start_connect` began.
/// Errors: connection_failed, naming `peer`.
Result<void> finish_connect(int descriptor, const network::Address& peer);

/// A non-blocking listening socket; port 0 lets the system choose. The IPv6 wildcard also takes
/// IPv4. Errors: connection_failed, naming the address.
Result<FileDescriptor> open_listener(const network::Address& address, const SocketOptions& options);
/// The address that a socket is bound to.
network::Address local_address(int descriptor);

/// Prepares a socket that a listener took.
void set_stream_options(int descriptor, const SocketOptions& options);

}  // namespace barnabas::transport
