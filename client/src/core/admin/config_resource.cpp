#include <barnabas/admin/config_resource.hpp>

#include <ostream>

namespace barnabas {

std::string to_string(const ConfigResource& resource) {
  std::string text = "resource";
  switch (resource.type()) {
    case ConfigResource::Type::topic:
      text = "topic";
      break;
    case ConfigResource::Type::broker:
      if (resource.name().empty()) return "all brokers";
      text = "broker";
      break;
    case ConfigResource::Type::broker_logger:
      text = "loggers of broker";
      break;
    case ConfigResource::Type::client_metrics:
      text = "client metrics";
      break;
    case ConfigResource::Type::group:
      text = "group";
      break;
  }
  return text + ' ' + resource.name();
}

std::ostream& operator<<(std::ostream& out, const ConfigResource& resource) {
  return out << to_string(resource);
}

}  // namespace barnabas
