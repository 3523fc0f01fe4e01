#pragma once

#include <barnabas/client_config.hpp>
#include <barnabas/result.hpp>

#include <string>
#include <string_view>

namespace barnabas {

/// An Admin's configuration: what all clients have in common.
/// Thread-safety: a value.
class AdminConfig : public ClientConfig<AdminConfig> {
 public:
  AdminConfig() = default;

  /// From names and values; later entries win. Errors: unknown_property, naming the nearest key;
  /// invalid_property, naming the range.
  static Result<AdminConfig> from_properties(const Properties& properties);
  /// From a file in Java's properties format. Errors: io_error, and as from_properties.
  static Result<AdminConfig> from_file(const std::string& path);
  /// Sets one property by name. Errors: as from_properties; nothing is changed then.
  Result<void> set(std::string_view property, std::string_view value);
  /// Every property with its value, secrets hidden.
  Properties properties() const;
  /// Whether all values are in range. Errors: invalid_property.
  Result<void> validate() const;
};

}  // namespace barnabas
