/**
 * The dated dialect (2026-07) where it differs from API 2.0: nested sales, stock levels, workflows,
 * webhook subscriptions. Written by hand from the vendor's documentation of that version, read 2026-11.
 */
const text = { type: 'string' } as const
const nullableText = { type: ['string', 'null'] } as const
const number = { type: 'number' } as const
const id = { type: 'string', format: 'uuid' } as const

function object(properties: Record<string, object>, required = Object.keys(properties)): object {
  return { type: 'object', properties, required }
}

const values = {
  type: 'array',
  items: object(
    {
      definition_id: text,
      name: text,
      title: text,
      type: { enum: ['string', 'integer', 'boolean', 'date'] },
      string_value: text,
      integer_value: { type: 'integer' },
      boolean_value: { type: 'boolean' },
    },
    ['name'],
  ),
}

export const datedSchemas: Readonly<Record<string, object>> = {
  DatedSale: object({
    id,
    state: { enum: ['parked', 'pending', 'voided', 'closed'] },
    attributes: { type: 'array', items: text },
    date: text,
    created_at: text,
    updated_at: text,
    customer_id: id,
    invoice_number: text,
    receipt_number: text,
    short_code: text,
    note: text,
    source: object({ author: object({ id }), outlet_id: id, register_id: id, type: text }),
    return: object({
      is_return: { type: 'boolean' },
      original_sale_id: nullableText,
      return_sale_ids: { type: 'array', items: text },
    }),
    totals: object({
      price: number,
      price_incl_tax: number,
      tax: number,
      loyalty: number,
      surcharge: number,
    }),
    line_items: {
      type: 'array',
      items: object({
        id,
        product: object({ id }),
        quantity: number,
        status: text,
        pricing: object({ price: number, total: number, discount: number, discount_total: number }),
        tax: object({ id, amount: number, total: number }),
        return: object({ is_return: { type: 'boolean' } }),
        source: object({ register_id: id }),
      }),
    },
    payments: {
      type: 'array',
      items: object({
        id,
        amount: number,
        date: text,
        type: object({ id: text, config_id: id, name: text }),
        source: object({ outlet_id: id, register_id: id }),
        external_attributes: { type: 'array', items: { type: 'object' } },
      }),
    },
    adjustments: {
      type: 'array',
      items: object({ adjustment_type: text, name: text, total: number }),
    },
    taxes: { type: 'array', items: object({ id, tax: number }) },
    _metadata: object({ version: { type: 'integer' } }),
  }),
  DatedInventory: object({
    id: text,
    product_id: text,
    outlet_id: text,
    current_inventory_level: number,
    version: { type: 'integer' },
  }),
  InventoryRequest: {
    ...object(
      {
        after: { type: 'integer' },
        before: { type: 'integer' },
        include_deleted: { type: 'boolean' },
        product_id: id,
        size: { type: 'integer', maximum: 5000 },
        sort_direction: { enum: ['asc', 'desc'] },
        variants: { type: 'boolean' },
      },
      [],
    ),
    additionalProperties: false,
  },
  CustomFieldDefinitionParams: object(
    {
      entity: { enum: ['sale', 'line_item', 'customer', 'product'] },
      name: text,
      title: text,
      type: {
        enum: ['string', 'integer', 'boolean', 'date', 'product_id', 'qrcode', 'string_array'],
      },
      visible_in_ui: { type: 'boolean' },
      editable_in_ui: { type: 'boolean' },
      print_on_receipt: { type: 'boolean' },
    },
    ['entity', 'name', 'title', 'type'],
  ),
  CustomFieldValuesParams: object({
    entity: { enum: ['sale', 'line_item', 'customer', 'product'] },
    entity_id: id,
    values: { type: 'array', items: object({ name: text, string_value: text }) },
  }),
  CustomFieldValueCollection: object({ data: values }),
}
