// schemac --out FOLDER --use TYPES.schema FILE.schema      compiles one file
// schemac --out FOLDER --index FILE.schema...              emits what needs all of them

#include "protocol/schemac/checker.hpp"
#include "protocol/schemac/emit.hpp"
#include "protocol/schemac/parser.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
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
    } else {
      arguments.files.push_back(words[i]);
    }
  }
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

  const auto stem = [](const std::string& file) {
    return std::filesystem::path(file).stem().string();
  };
  std::vector<OutputFile> outputs;
  if (arguments.index) {
    std::vector<std::string> stems;
    for (const std::string& file : arguments.files) stems.push_back(stem(file));
    outputs = emit_index(schema, stems);
  } else {
    outputs = emit_file(schema, stem(arguments.files.front()));
  }
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
                 "       schemac --out FOLDER --index [--use TYPES.schema] FILE.schema...\n";
    return 2;
  }
  return run(arguments) ? 0 : 1;
}
