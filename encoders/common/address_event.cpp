#include "encoders/common/address_event.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/diagnostics.h"

namespace synfire {

AddressMap::AddressMap(const Shape& shape, const std::string& where) {
  const std::size_t rank = shape.size();
  const bool planes = rank == 3 && (shape[0] == 1 || shape[0] == 2);
  if (rank != 2 && !planes)
    fail(Code::sample_size, where,
         "its events have a pixel and a polarity, the population's shape is " + to_string(shape),
         "give it shape = [2, rows, columns], or [rows, columns], which merges polarities");
  polarities_ = planes ? shape[0] : 1;
  rows_ = shape[rank - 2], columns_ = shape[rank - 1];
}

void refuse_event(const std::string& where, std::size_t event, const std::string& address,
                  const Shape& shape) {
  fail(Code::sample_size, where,
       "event " + std::to_string(event) + " is of " + address +
           ", outside of the population's shape " + to_string(shape));
}

template <typename T>
static std::vector<T> picked(const std::vector<T>& all, const std::vector<std::size_t>& places) {
  std::vector<T> result;
  result.reserve(places.size());
  for (const std::size_t place : places) result.push_back(all[place]);
  return result;
}

EventSample in_order(EventSample sample) {
  const std::vector<double>& times = sample.times_ms;
  if (std::ranges::is_sorted(times)) return sample;
  std::vector<std::size_t> places(times.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::stable_sort(places, {}, [&times](std::size_t place) { return times[place]; });
  return {picked(times, places), picked(sample.neurons, places)};
}

}  // namespace synfire
