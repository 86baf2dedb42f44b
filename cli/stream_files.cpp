#include "cli/stream_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace synfire {
namespace {

constexpr std::size_t kChunk = 1 << 16;

bool is_text(std::string_view start) {
  return !start.empty() && std::all_of(start.begin(), start.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
  });
}

/// The suffix by which readers know what the bytes are.
std::string suffix_of(std::string_view start) {
  if (start.starts_with("\x93NUMPY")) return ".npy";
  if (start.starts_with("\x1f\x8b")) return ".gz";
  if (start.starts_with("\x89HDF")) return ".nir";
  if (start.substr(0, 8).ends_with("TFL3")) return ".tflite";
  return is_text(start) ? ".csv" : ".bin";
}

void copy(std::FILE* from, std::FILE* to, std::string& start) {
  std::string chunk(kChunk, '\0');
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), from)) {
    if (start.empty()) start = chunk.substr(0, count);
    if (std::fwrite(chunk.data(), 1, count, to) != count) break;
  }
}

}  // namespace

std::filesystem::path StreamFiles::file(const std::string& name) {
  if (!folder_) folder_.emplace();
  return folder_->path() / name;
}

std::filesystem::path StreamFiles::receive_input() {
  const std::filesystem::path spool = file("stdin");
  std::FILE* const to = std::fopen(spool.c_str(), "wb");
  if (to == nullptr) fail(Code::file_write, spool.string(), std::strerror(errno));
  std::string start;
  copy(stdin, to, start);
  const bool written = std::ferror(to) == 0;
  if (std::fclose(to) != 0 || !written)
    fail(Code::file_write, spool.string(), "cannot hold what stdin gives; is the disk full?");
  if (std::ferror(stdin) != 0) fail(Code::file_truncated, "stdin", std::strerror(errno));
  const std::filesystem::path named = file("stdin" + suffix_of(start));
  std::filesystem::rename(spool, named);
  return named;
}

void StreamFiles::resolve(const Verb& verb, Arguments& arguments) {
  const auto resolve_one = [&](std::string_view name, ValueKind kind, std::string_view suffix) {
    if (!arguments.given(name) || arguments.text(name) != "-") return;
    if (kind == ValueKind::input_file) arguments.set(name, receive_input().string());
    if (kind != ValueKind::output_file) return;
    output_ = file("stdout" + std::string(suffix));
    arguments.set(name, output_.string());
  };
  for (const ArgumentInfo& argument : verb.arguments) resolve_one(argument.name, argument.kind, {});
  for (const OptionInfo& option : verb.options)
    resolve_one(option.name, option.kind, option.stream_suffix);
}

void StreamFiles::send_output() const {
  std::FILE* const from = std::fopen(output_.c_str(), "rb");
  if (from == nullptr) fail(Code::file_write, "stdout", "there is no output to send");
  std::string start;
  copy(from, stdout, start);
  std::fclose(from);
  if (std::ferror(stdout) != 0 || std::fflush(stdout) != 0)
    fail(Code::file_write, "stdout", std::strerror(errno));
}

}  // namespace synfire
