// schemac --out FOLDER --use TYPES.schema FILE.schema      compiles one file
// schemac --out FOLDER --index FILE.schema...              emits what needs all of them
// schemac --docs FOLDER [--check] FILE.schema...           writes pages for people, or compares
// them schemac --facts FILE.schema...                           prints what they say as JSON

#include "protocol/schemac/checker.hpp"
#include "protocol/schemac/emit.hpp"
#include "protocol/schemac/parser.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace barnabas::schemac;

struct Arguments {
  std::string out;
  std::vector<std::string> used;
  std::vector<std::string> files;
  bool index = false;
  bool facts = false;
  bool docs = false;
  bool check = false;  // Only say which files would change.
  EmitOptions options;
};

bool parse_arguments(int count, char** values, Arguments& arguments) {
  const std::vector<std::string> words(values + 1, values + count);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool more = i + 1 < words.size();
    if (words[i] == "--out" && more) {
      arguments.out = words[++i];
    } else if (words[i] == "--use" && more) {
      arguments.used.push_back(words[++i]);
    } else if (words[i] == "--index") {
      arguments.index = true;
    } else if (words[i] == "--docs" && more) {
      arguments.docs = true;
      arguments.out = words[++i];
    } else if (words[i] == "--check") {
      arguments.check = true;
    } else if (words[i] == "--facts") {
      arguments.facts = true;
    } else if (words[i] == "--unstable") {
      arguments.options.unstable = true;
    } else {
      arguments.files.push_back(words[i]);
    }
  }
  if (arguments.facts || arguments.docs) return !arguments.files.empty();
  return !arguments.out.empty() &&
         (arguments.index ? !arguments.files.empty() : arguments.files.size() == 1);
}

bool read_file(const std::string& name, std::string& text) {
  std::ifstream in(name, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  text = content.str();
  return in.good();
}

// A file that would not change keeps its time stamp, so that nothing is rebuilt for it.
bool write_file(const std::filesystem::path& path, const std::string& content) {
  std::string present;
  if (read_file(path.string(), present) && present == content) return true;
  std::ofstream out(path, std::ios::binary);
  out << content;
  return out.good();
}

/// Whether `folder` holds exactly these files; says which ones it does not.
bool are_current(const std::vector<OutputFile>& outputs, const std::filesystem::path& folder) {
  std::set<std::filesystem::path> known;
  bool current = true;
  for (const OutputFile& output : outputs) {
    const std::filesystem::path path = folder / output.name;
    known.insert(path);
    std::string present;
    if (read_file(path.string(), present) && present == output.content) continue;
    std::cerr << path.string() << ": is not what the schemas say\n";
    current = false;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (known.contains(entry.path())) continue;
    std::cerr << entry.path().string() << ": no schema yields it\n";
    current = false;
  }
  return current;
}

/// Adds the named files to `schema`. `names` keeps them alive for locations.
bool load(const std::vector<std::string>& files, std::deque<std::string>& names, Schema& schema,
          Diagnostics& diagnostics) {
  for (const std::string& file : files) {
    std::string text;
    if (!read_file(file, text)) {
      std::cerr << file << ": cannot be read\n";
      return false;
    }
    parse(names.emplace_back(file), text, schema, diagnostics);
  }
  return true;
}

bool run(const Arguments& arguments) {
  std::deque<std::string> names;
  Schema schema;
  Diagnostics diagnostics;
  if (!load(arguments.used, names, schema, diagnostics)) return false;
  if (!load(arguments.files, names, schema, diagnostics)) return false;
  if (diagnostics.ok()) check(schema, diagnostics);
  for (const std::string& message : diagnostics.messages()) std::cerr << message << "\n";
  if (!diagnostics.ok()) return false;

  if (arguments.facts) {
    std::cout << emit_facts(schema);
    return true;
  }
  std::vector<OutputFile> outputs;
  if (arguments.docs) {
    outputs = emit_docs(schema);
  } else if (arguments.index) {
    outputs = emit_index(schema, arguments.options);
  } else {
    const std::filesystem::path file = arguments.files.front();
    outputs = emit_file(schema, file.stem().string(), arguments.options);
  }
  if (arguments.check) return are_current(outputs, arguments.out);
  for (const OutputFile& output : outputs) {
    const std::filesystem::path path = std::filesystem::path(arguments.out) / output.name;
    if (!write_file(path, output.content)) {
      std::cerr << path.string() << ": cannot be written\n";
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments;
  if (!parse_arguments(count, values, arguments)) {
    std::cerr << "usage: schemac --out FOLDER [--use TYPES.schema] FILE.schema\n"
                 "       schemac --out FOLDER --index [--use TYPES.schema] FILE.schema...\n"
                 "       schemac --docs FOLDER [--check] FILE.schema...\n"
                 "       schemac --facts FILE.schema...\n"
                 "       --unstable: emit unstable versions like the others\n";
    return 2;
  }
  return run(arguments) ? 0 : 1;
}
