#include "snn_dense.h"
#include "snn_gather.h"
#include "snn_sums_plain.h"
#if SNN_PACKED == SNN_LONG
#include "snn_sums_long.h"
#elif SNN_PACKED == SNN_TWINS
#include "snn_sums_twins.h"
#endif

static void serve_events(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_map_t *in = &layer->in, *out = &layer->out;
  const int pointwise = snn_is_pointwise(&layer->window);
  uint32_t first = 0;
  run_t run;
  int32_t row, column;
  event_form_t form;
#if SNN_PACKED
  const uint8_t packed = layer->packed;
  position_t position = {0};
#endif
  form.row_bytes = layer->width, form.left = 0;
#if SNN_PACKED
  if (packed) first = prepare(&position, layer, work, &form);
#endif
  run.step = in->plane, run.row = first, run.row_step = form.row_bytes, run.count = in->channels;
  for (row = 0; row < out->rows; ++row) {
    uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch;
    run.value = work->arena + in->at + (uint32_t)row * in->pitch;
    for (column = 0; column < out->columns; ++column, ++target, ++run.value) {
      const snn_event_t* end =
          pointwise ? gather_run(&run, in->zero, form.left, work->events)
                    : gather(layer, work->arena, row, column, first, &form, work->events);
      const uint32_t count = (uint32_t)(end - work->events);
#if SNN_PACKED
      if (packed) {
        serve_packed(layer, &position, work->events, count, first, target);
        continue;
      }
#endif
      serve_plain(layer, work->events, count, target);
    }
  }
}

void snn_linear(const snn_linear_t* layer, const snn_work_t* work) {
#if SNN_HELIUM
  if (snn_is_dense(layer)) {
    snn_dense(layer, work);
    return;
  }
#endif
  serve_events(layer, work);
}
