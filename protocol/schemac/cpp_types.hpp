#pragma once

#include "protocol/schemac/model.hpp"

#include <string>

namespace barnabas::schemac {

/// The C++ type of one element of a field: "std::int32_t", "ErrorCode", "TopicProduceData".
/// `qualifier` goes before the names of structs.
std::string element_type(const Type& type, const std::string& qualifier = {});
/// Whether an array of `type` is read and written as a whole: its elements are whole numbers.
bool is_array_of_numbers(const Type& type);
/// The C++ type of the member for `field`.
std::string member_type(const Field& field);
/// What initialises the member, with the "=" or braces.
std::string member_initializer(const Field& field);
/// An expression that is true when `object` (an expression for the member) is not the default.
std::string differs_from_default(const Field& field, const std::string& object,
                                 const std::string& qualifier);
/// The header of the C++ enumeration ("ErrorCode" is in <barnabas/error_code.hpp>).
std::string enumeration_header(const std::string& enumeration);

/// "version >= 3", "version <= 7", both or nothing: when `versions` apply, knowing that the version
/// is within `around`.
std::string version_condition(const Versions& versions, const Versions& around);
/// The same as an expression that is never empty.
std::string version_test(const Versions& versions, const Versions& around);
/// Whether a struct of `message` is flexible: "true", "false" or "flexible" where it depends on the
/// version.
std::string flexible_expression(const Message& message, const Versions& versions);

/// The fewest bytes that an element of `type` takes in any of `versions`.
std::size_t min_encoded_size(const Type& type, const Message& message, const Versions& versions);

}  // namespace barnabas::schemac
