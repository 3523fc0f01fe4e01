#include "protocol/schemac/parser.hpp"

#include "protocol/schemac/cursor.hpp"
#include "protocol/schemac/field_parser.hpp"
#include "protocol/schemac/lexer.hpp"
#include "protocol/schemac/primitives.hpp"

#include <limits>
#include <utility>

namespace barnabas::schemac {

namespace {

constexpr int indent_step = 2;
constexpr std::int64_t int16_min = std::numeric_limits<std::int16_t>::min();
constexpr std::int64_t int16_max = std::numeric_limits<std::int16_t>::max();

class Parser {
 public:
  Parser(Schema& schema, Diagnostics& diagnostics) : schema_(schema), diagnostics_(diagnostics) {}

  void run(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      if (line.tokens.empty()) {
        prose(line);
        continue;
      }
      std::string doc = std::exchange(doc_, {});
      if (!line.comment.empty()) doc += (doc.empty() ? "" : "\n") + line.comment;
      Cursor in(line, diagnostics_);
      if (line.indent == 0) {
        declaration(in, std::move(doc));
      } else {
        indented(in, line.indent, std::move(doc));
      }
    }
    close_api();
  }

 private:
  enum class Inside { nothing, api, message, errors, keys };

  /// A struct whose fields may follow.
  struct Level {
    int indent;  // of its fields
    Struct* fields;
  };

  // Comment lines document what follows them without a blank line.
  void prose(const Line& line) {
    if (line.blank) {
      doc_.clear();
    } else {
      doc_ += (doc_.empty() ? "" : "\n") + line.comment;
    }
  }

  void declaration(Cursor& in, std::string doc) {
    const Location where = in.where();
    const std::string word = in.name("a declaration");
    if (word == "request" || word == "response") {
      request_or_response(in, where, word == "request", std::move(doc));
      return;
    }
    close_api();
    inside_ = Inside::nothing;
    if (word == "api") {
      api(in, where, std::move(doc));
    } else if (word == "data" || word == "header") {
      message(in, where, word == "data" ? Message::Kind::data : Message::Kind::header,
              std::move(doc));
    } else if (word == "type") {
      alias(in, where, std::move(doc));
    } else if (word == "errors" || word == "keys") {
      in.finish();
      inside_ = word == "errors" ? Inside::errors : Inside::keys;
    } else if (in.ok()) {
      diagnostics_.error(where, "unknown declaration \"" + word + "\"",
                         suggest(word, {"api", "request", "response", "data", "header", "type",
                                        "errors", "keys"}));
    }
  }

  void api(Cursor& in, const Location& where, std::string doc) {
    auto api = std::make_unique<Api>();
    api->where = where;
    api->doc = std::move(doc);
    api->name = in.name("the API's name");
    in.expect("key");
    api->key = static_cast<int>(in.number("the API's key", 0, int16_max));
    in.expect("versions");
    api->versions = in.versions();
    if (in.accept("unstable")) unstable(in, *api);
    if (in.accept("advertised")) api->advertised = in.versions();
    api->first_flexible = flexible(in);
    in.expect("route");
    api->route = in.name("a route");
    if (in.accept("response_header")) {
      api->response_header = static_cast<int>(in.number("a header version", 0, 1));
    }
    in.finish({"unstable", "advertised", "response_header"});
    inside_ = Inside::api;
    api_ = api.get();
    schema_.apis.push_back(std::move(api));
  }

  void unstable(Cursor& in, Api& api) {
    const Location where = in.where();
    api.unstable = in.versions();
    if (!in.ok() || api.versions.last == Versions::open) return;
    if (api.unstable->first == api.versions.last + 1 && api.unstable->last != Versions::open) {
      api.versions.last = api.unstable->last;
    } else {
      diagnostics_.error(where,
                         "the unstable versions of " + api.name + " do not follow " +
                             text(api.versions) + ", the others",
                         "write a range that begins with " + std::to_string(api.versions.last + 1));
    }
  }

  void close_api() {
    if (api_ != nullptr && (api_->request == nullptr || api_->response == nullptr)) {
      diagnostics_.error(api_->where, api_->name + " needs a request and a response");
    }
    api_ = nullptr;
  }

  static int flexible(Cursor& in) {
    in.expect("flexible");
    if (in.accept("none")) return Versions::open;
    const std::int64_t first = in.number("the first flexible version or none", 0, int16_max - 1);
    in.expect("+");
    return static_cast<int>(first);
  }

  void request_or_response(Cursor& in, const Location& where, bool request, std::string doc) {
    in.finish();
    inside_ = Inside::nothing;
    if (api_ == nullptr) {
      diagnostics_.error(where, "a request or response outside of an API",
                         "put an \"api\" line before it");
      return;
    }
    std::unique_ptr<Message>& slot = request ? api_->request : api_->response;
    if (slot != nullptr) {
      diagnostics_.error(where, api_->name + " has two of these");
      return;
    }
    slot = std::make_unique<Message>();
    slot->kind = request ? Message::Kind::request : Message::Kind::response;
    slot->name = api_->name + (request ? "Request" : "Response");
    slot->where = where;
    slot->doc = std::move(doc);
    slot->versions = api_->versions;
    slot->first_flexible = api_->first_flexible;
    open_message(*slot);
  }

  void message(Cursor& in, const Location& where, Message::Kind kind, std::string doc) {
    auto message = std::make_unique<Message>();
    message->kind = kind;
    message->where = where;
    message->doc = std::move(doc);
    message->name = in.name("the message's name");
    in.expect("versions");
    message->versions = in.versions();
    message->first_flexible = flexible(in);
    in.finish();
    open_message(*message);
    schema_.messages.push_back(std::move(message));
  }

  void open_message(Message& message) {
    inside_ = Inside::message;
    message_ = &message;
    message.root = new_struct(message.name, message.where, message.doc);
    levels_ = {{indent_step, message.root}};
  }

  Struct* new_struct(std::string name, const Location& where, std::string doc) {
    auto made = std::make_unique<Struct>();
    made->name = std::move(name);
    made->where = where;
    made->doc = std::move(doc);
    message_->structs.push_back(std::move(made));
    return message_->structs.back().get();
  }

  void alias(Cursor& in, const Location& where, std::string doc) {
    Alias alias;
    alias.where = where;
    alias.doc = std::move(doc);
    alias.name = in.name("the type's name");
    const Location base_at = in.where();
    const std::string base = in.name("a primitive type");
    if (in.accept("enum")) alias.enumeration = in.name("the name of a C++ enumeration");
    in.finish({"enum"});
    if (!in.ok()) return;
    if (const std::optional<Primitive> primitive = find_primitive(base)) {
      alias.primitive = *primitive;
      schema_.aliases.push_back(std::move(alias));
    } else {
      diagnostics_.error(base_at, "\"" + base + "\" is not a primitive type",
                         suggest(base, primitive_names()));
    }
  }

  void indented(Cursor& in, int indent, std::string doc) {
    switch (inside_) {
      case Inside::message:
        return field_or_struct(in, indent, std::move(doc));
      case Inside::errors:
        return error_entry(in, std::move(doc));
      case Inside::keys:
        return key_entry(in, std::move(doc));
      case Inside::api:
        return in.error("a field outside of request and response",
                        "put a \"request\" or \"response\" line before it");
      case Inside::nothing:
        return in.error("an indented line that belongs to nothing");
    }
  }

  void field_or_struct(Cursor& in, int indent, std::string doc) {
    while (levels_.size() > 1 && indent < levels_.back().indent) levels_.pop_back();
    if (indent > levels_.back().indent) descend(indent);
    if (indent != levels_.back().indent) {
      in.error("unexpected indentation",
               "indent by two spaces below the field or struct that this belongs to");
      return;
    }
    const Location where = in.where();
    if (in.accept("struct")) {
      Struct* shared = new_struct(in.name("the struct's name"), where, std::move(doc));
      in.finish();
      levels_.push_back({indent + indent_step, shared});
      return;
    }
    Field field = parse_field(in);
    field.doc = std::move(doc);
    if (in.ok()) levels_.back().fields->fields.push_back(std::move(field));
  }

  // Deeper lines are the fields of the struct that the field before them names.
  void descend(int indent) {
    Level& level = levels_.back();
    if (indent != level.indent + indent_step || level.fields->fields.empty()) return;
    Field& parent = level.fields->fields.back();
    parent.declares = new_struct(parent.type.name, parent.type.where, parent.doc);
    levels_.push_back({indent, parent.declares});
  }

  void error_entry(Cursor& in, std::string doc) {
    ErrorEntry entry;
    entry.where = in.where();
    entry.meaning = std::move(doc);
    entry.number = static_cast<int>(in.number("an error number", int16_min, int16_max));
    entry.name = in.name("the error's name");
    entry.retriable = in.accept("retriable");
    entry.fatal = in.accept("fatal");
    entry.needs_abort = in.accept("needs_abort");
    in.finish({"retriable", "fatal", "needs_abort"});
    if (in.ok()) schema_.errors.push_back(std::move(entry));
  }

  void key_entry(Cursor& in, std::string doc) {
    KeyEntry entry;
    entry.where = in.where();
    entry.doc = std::move(doc);
    entry.number = static_cast<int>(in.number("an API key", 0, int16_max));
    entry.name = in.name("the API's name");
    in.finish();
    if (in.ok()) schema_.keys.push_back(std::move(entry));
  }

  Schema& schema_;
  Diagnostics& diagnostics_;
  Inside inside_ = Inside::nothing;
  Api* api_ = nullptr;
  Message* message_ = nullptr;
  std::vector<Level> levels_;
  std::string doc_;
};

}  // namespace

void parse(std::string_view file, std::string_view text, Schema& schema, Diagnostics& diagnostics) {
  Parser(schema, diagnostics).run(lex(file, text, diagnostics));
}

}  // namespace barnabas::schemac
