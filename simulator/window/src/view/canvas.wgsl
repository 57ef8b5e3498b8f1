// One picture over all of another.

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var picture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var smooth_sampler: sampler;

struct Corner {
    @builtin(position) place: vec4<f32>,
    @location(0) share: vec2<f32>,
}

@vertex
fn vertex(@location(0) place: vec3<f32>) -> Corner {
    return Corner(vec4(place.xy, 0.5, 1.0), vec2(0.5 + 0.5 * place.x, 0.5 - 0.5 * place.y));
}

@fragment
fn fragment(corner: Corner) -> @location(0) vec4<f32> {
    return textureSample(picture, smooth_sampler, corner.share);
}
