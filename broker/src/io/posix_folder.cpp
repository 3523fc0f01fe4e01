#include "broker/src/io/posix_folder.hpp"

#include "broker/src/io/posix_file.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barnabas::broker::io {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using FolderHandle = std::unique_ptr<DIR, CloseFolder>;

FolderHandle open_folder(int root, const std::string& path) {
  const char* name = path.empty() ? "." : path.c_str();
  const int fd = ::openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return nullptr;
  FolderHandle folder(::fdopendir(fd));
  if (!folder) ::close(fd);
  return folder;
}

}  // namespace

Result<std::vector<storage::FolderEntry>> list_folder(int root, const std::string& path) {
  const FolderHandle folder = open_folder(root, path);
  if (!folder) return system_error(errno, path);
  std::vector<storage::FolderEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status {};
    if (::fstatat(::dirfd(folder.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // removed by the worker meanwhile
      return system_error(errno, path);
    }
    const bool is_folder = S_ISDIR(status.st_mode);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    entries.push_back({std::string(name), is_folder, is_folder ? 0 : size});
  }
  if (errno != 0) return system_error(errno, path);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

void remove_tree(int root, const std::string& path) {
  if (::unlinkat(root, path.c_str(), 0) == 0) return;
  const Result<std::vector<storage::FolderEntry>> entries = list_folder(root, path);
  if (!entries) return;
  for (const storage::FolderEntry& entry : *entries) remove_tree(root, path + "/" + entry.name);
  ::unlinkat(root, path.c_str(), AT_REMOVEDIR);
}

}  // namespace barnabas::broker::io
