#include "core/io/common/png.h"

#include <zlib.h>

#include <cstddef>
#include <cstdint>

namespace synfire::svg {
namespace {

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xffU);
}

const Bytef* bytes_of(const std::string& text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

void append_chunk(std::string& out, const char* type, const std::string& data) {
  append_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = type + data;
  out += body;
  append_big_endian(
      out, static_cast<std::uint32_t>(crc32(0, bytes_of(body), static_cast<uInt>(body.size()))));
}

std::string deflated(const std::string& data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  if (compress(reinterpret_cast<Bytef*>(out.data()), &size, bytes_of(data),
               static_cast<uLong>(data.size())) != Z_OK) {
    return {};
  }
  out.resize(size);
  return out;
}

bool is_drawable(const GreyImage& image) {
  constexpr std::int64_t kLargest = 4096;
  return image.width > 0 && image.height > 0 && image.width <= kLargest &&
         image.height <= kLargest &&
         image.pixels.size() == static_cast<std::size_t>(image.width * image.height);
}

// Each row starts with its filter type, 0: none.
std::string filtered_rows(const GreyImage& image) {
  std::string rows;
  const auto width = static_cast<std::size_t>(image.width);
  for (std::size_t start = 0; start < image.pixels.size(); start += width) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(image.pixels.data()) + start, width);
  }
  return rows;
}

}  // namespace

std::string to_png(const GreyImage& image) {
  if (!is_drawable(image)) return {};
  std::string header;
  append_big_endian(header, static_cast<std::uint32_t>(image.width));
  append_big_endian(header, static_cast<std::uint32_t>(image.height));
  header.append("\x08\0\0\0\0", 5);  // 8 bits, grey, deflate, adaptive filters, not interlaced
  std::string png = "\x89PNG\r\n\x1a\n";
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", deflated(filtered_rows(image)));
  append_chunk(png, "IEND", {});
  return png;
}

std::string to_data_uri(const std::string& png) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string uri = "data:image/png;base64,";
  for (std::size_t i = 0; i < png.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      word = (word << 8) | (j < png.size() ? static_cast<unsigned char>(png[j]) : 0U);
    }
    const std::size_t count = png.size() - i < 3 ? png.size() - i + 1 : 4;
    for (std::size_t j = 0; j < 4; ++j) {
      uri += j < count ? kDigits[(word >> (18 - 6 * j)) & 63U] : '=';
    }
  }
  return uri;
}

}  // namespace synfire::svg
